//! Mail addresses that are none, and slips in the domain of a provider that half the world uses.

use super::{Found, Scene, quoted};
use crate::model::{ContactPoint, Input, Record, Value, phrase};
use crate::schema::{Field, FieldType};

/// Slips that are no provider's domain, and what is meant. A list, not a measure: `ymail.com` and `mail.com`
/// are as near to `gmail.com` and right.
const SLIPS: [(&str, &str); 40] = [
    ("gmial.com", "gmail.com"),
    ("gmal.com", "gmail.com"),
    ("gamil.com", "gmail.com"),
    ("gnail.com", "gmail.com"),
    ("gmaill.com", "gmail.com"),
    ("gmil.com", "gmail.com"),
    ("gmai.com", "gmail.com"),
    ("gmail.con", "gmail.com"),
    ("gmail.cmo", "gmail.com"),
    ("gmail.ocm", "gmail.com"),
    ("gmail.comm", "gmail.com"),
    ("gmail.co", "gmail.com"),
    ("gmail.cm", "gmail.com"),
    ("gmail.om", "gmail.com"),
    ("googlemail.con", "googlemail.com"),
    ("hotmial.com", "hotmail.com"),
    ("hotmal.com", "hotmail.com"),
    ("hotmai.com", "hotmail.com"),
    ("hotmil.com", "hotmail.com"),
    ("hotmaill.com", "hotmail.com"),
    ("hotmail.con", "hotmail.com"),
    ("hotmail.comm", "hotmail.com"),
    ("hotmail.cm", "hotmail.com"),
    ("outlok.com", "outlook.com"),
    ("outloook.com", "outlook.com"),
    ("outlook.con", "outlook.com"),
    ("outlook.cm", "outlook.com"),
    ("yaho.com", "yahoo.com"),
    ("yahooo.com", "yahoo.com"),
    ("yhoo.com", "yahoo.com"),
    ("yahoo.con", "yahoo.com"),
    ("yahoo.comm", "yahoo.com"),
    ("yahoo.cm", "yahoo.com"),
    ("iclod.com", "icloud.com"),
    ("icoud.com", "icloud.com"),
    ("icloud.con", "icloud.com"),
    ("gmx.dee", "gmx.de"),
    ("web.dee", "web.de"),
    ("qq.con", "qq.com"),
    ("163.con", "163.com"),
];

pub(super) fn look(scene: &Scene<'_>, field: &Field, _: &Record, value: &Value) -> Option<Found> {
    let (FieldType::Email, Value::Points(points)) = (&field.kind, value) else { return None };
    let sound = |point: &ContactPoint| {
        let input = Input::Value(Value::Points(vec![point.clone()]));
        scene.coercion.value(scene.entity, field, &input).is_ok()
    };
    let wrong = |point: &ContactPoint| !sound(point) || slip(&point.value).is_some();
    let first = points.iter().find(|point| wrong(point))?;
    let words = if sound(first) {
        phrase!("{address} has a slip in its domain", address = quoted(&first.value))
    } else {
        phrase!("{address} is no e-mail address", address = quoted(&first.value))
    };
    let mut better = points.clone();
    let mut any = false;
    for point in better.iter_mut().filter(|point| wrong(point)) {
        let mended = slip(&point.value).unwrap_or_else(|| mended(&point.value));
        let mended = ContactPoint { label: point.label.clone(), value: mended, raw: None };
        if mended.value != point.value && sound(&mended) {
            *point = mended;
            any = true;
        }
    }
    // What was mended may stand there already.
    let mut once: Vec<ContactPoint> = Vec::with_capacity(better.len());
    for point in better {
        if once.iter().all(|known| known.value != point.value) {
            once.push(point);
        }
    }
    Some(Found::new(words, any.then_some(Value::Points(once))))
}

/// The address with the domain that is likely meant.
fn slip(address: &str) -> Option<String> {
    let (local, domain) = address.rsplit_once('@')?;
    let domain = domain.to_ascii_lowercase();
    let (_, meant) = SLIPS.iter().find(|(slip, _)| *slip == domain)?;
    Some(format!("{local}@{meant}"))
}

/// An address without what is often typed into it by mistake.
fn mended(address: &str) -> String {
    let mut text = address.replace(['（', '）', '<', '>', '"'], "").to_lowercase();
    for (wrong, right) in
        [("(at)", "@"), ("[at]", "@"), (" at ", "@"), ("(dot)", "."), ("mailto:", "")]
    {
        text = text.replace(wrong, right);
    }
    text.retain(|c| !c.is_whitespace());
    if let Some((local, domain)) = text.rsplit_once('@') {
        let local = local.trim_end_matches('@');
        text = format!("{local}@{}", domain.replace(',', ".").replace("..", "."));
    }
    text.trim_matches(['.', ',', ';', '\'', ':']).to_owned()
}
