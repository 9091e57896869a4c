//! What lines are read as, in both languages. No records: whom words name is tested against a gate in
//! `tests/tui/capture.rs`.

use chrono::{DateTime, Utc};

use super::{Line, Part};
use crate::schema::{Catalog, Coercion};

fn catalog() -> Catalog {
    crate::schema::load(None).unwrap()
}

/// A Monday at noon in Berlin.
fn now() -> DateTime<Utc> {
    "2026-11-23T11:00:00Z".parse().unwrap()
}

/// A line as it was read, in one line: kind, `[words that may name somebody]`, when, amount, signs, text.
fn read(text: &str, catalog: &Catalog) -> String {
    let zone = chrono_tz::Europe::Berlin;
    let reading = Coercion { catalog, now: now(), zone, week: chrono::Weekday::Mon };
    let line = Line::read(text, &reading);
    let mut said = vec![if line.assumed {
        format!("({})", line.verb.kind)
    } else {
        line.verb.kind.to_owned()
    }];
    if line.verb.past && line.verb.kind != "note" {
        said[0].push_str(" done");
    }
    let words: Vec<&str> = line.pieces().into_iter().map(|piece| &line.text[piece]).collect();
    let han = words.iter().all(|word| word.chars().all(|c| !c.is_ascii()));
    let words = if han { words.concat() } else { words.join(" ") };
    if !words.is_empty() {
        said.push(format!("[{words}]"));
    }
    if let Some(when) = &line.when {
        let local = when.instant.with_timezone(&zone);
        let shape = if when.timed { "%a %d.%m. %H:%M" } else { "%a %d.%m." };
        said.push(local.format(shape).to_string());
    }
    said.extend(
        line.amount
            .as_ref()
            .map(|money| format!("{} {}", money.amount.normalize(), money.currency.code())),
    );
    said.extend(line.priority.map(|priority| format!("!{priority}")));
    said.extend(line.user.as_ref().map(|user| format!("@{user}")));
    said.extend(line.tags.iter().map(|tag| format!("#{tag}")));
    said.extend(line.points.iter().map(|point| format!("<{point}>")));
    said.extend(line.strange.iter().map(|sign| format!("?{sign}")));
    said.extend(line.about.as_ref().map(|about| format!("= {about}")));
    said.join(" ")
}

fn holds(table: &[(&str, &str)]) {
    let catalog = catalog();
    let wrong: Vec<String> = table
        .iter()
        .map(|(text, wanted)| (text, wanted, read(text, &catalog)))
        .filter(|(_, wanted, got)| *wanted != got)
        .map(|(text, wanted, got)| format!("{text}\n  wanted {wanted}\n  got    {got}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn english_lines() {
    holds(&[
        (
            "call Müller fri 10:00 about the offer #hot",
            "call [Müller] Fri 27.11. 10:00 #hot = the offer",
        ),
        ("Call Müller about the offer fri 10:00", "call [Müller] Fri 27.11. 10:00 = the offer"),
        ("call Müller", "call [Müller]"),
        ("phone Nordic Pumps tomorrow", "call [Nordic Pumps] Tue 24.11."),
        ("tomorrow call Anna", "call [Anna] Tue 24.11."),
        ("called Müller yesterday about prices", "call done [Müller] Sun 22.11. = prices"),
        (
            "called Anna fri 15:30: wants two more",
            "call done [Anna] Fri 20.11. 15:30 = wants two more",
        ),
        ("log call with Anna about delivery", "call done [with Anna] = delivery"),
        ("had a meeting with Nordic Pumps", "meeting done [with Nordic Pumps]"),
        ("log Anna asked for a discount", "note [Anna asked for a discount]"),
        ("mail Anna the price list on 30 Nov", "email [Anna the price list] Mon 30.11."),
        ("e-mail Anna re: price list +3d", "email [Anna] Thu 26.11. = price list"),
        ("emailed Bo today", "email done [Bo] Mon 23.11."),
        ("meet Müller next tue 14:00 @bo !high", "meeting [Müller] Tue 01.12. 14:00 !high @bo"),
        ("meeting with Anna at 3pm tomorrow", "meeting [with Anna] Tue 24.11. 15:00"),
        ("see Anna wed at 10", "meeting [Anna] Wed 25.11. 10:00"),
        ("met Anna last thu about spare parts", "meeting done [Anna] Thu 19.11. = spare parts"),
        ("visit Nordic Pumps 3 Dec", "visit [Nordic Pumps] Thu 03.12."),
        ("visited Müller on 12.11.", "visit done [Müller] Thu 12.11."),
        ("note Müller: wants a discount of 5 %", "note [Müller] = wants a discount of 5 %"),
        ("note: the hall is closed until January", "note = the hall is closed until January"),
        ("note C-12 likes tea", "note [C-12 likes tea]"),
        (
            "task send the offer to Müller by fri !urgent",
            "todo [send the offer to Müller] Fri 27.11. !urgent",
        ),
        ("todo book flights #travel #expo2026", "todo [book flights] #travel #expo2026"),
        ("remind me to call the bank in 2 hours", "todo [to call the bank] Mon 23.11. 14:00"),
        ("send the samples tomorrow morning", "(todo) [send the samples] Tue 24.11. 09:00"),
        ("buy a 3d printer", "(todo) [buy a 3d printer]"),
        ("task order 3.5 tons of steel", "todo [order 3.5 tons of steel]"),
        ("task prepare figures end of month", "todo [prepare figures] Mon 30.11."),
        ("task answer about the delivery fri", "todo [answer about the delivery] Fri 27.11."),
        ("call Tom tomorrow", "call [Tom] Tue 24.11."),
        ("call Sun Microsystems tomorrow", "call [Sun Microsystems] Tue 24.11."),
        (
            "call Anna fri about the meeting on monday",
            "call [Anna] Fri 27.11. = the meeting on monday",
        ),
        ("call Anna 10:00 on fri", "call [Anna] Fri 27.11. 10:00"),
        ("deal Müller three presses 84k EUR", "deal [Müller three presses] 84000 EUR"),
        (
            "deal Nordic Pumps: spare pumps €12,500 closing 30 Nov",
            "deal [Nordic Pumps] Mon 30.11. 12500 EUR = spare pumps",
        ),
        (
            "new deal Müller 1.5m about the 2027 budget",
            "deal [Müller] 1500000 EUR = the 2027 budget",
        ),
        (
            "contact Anna Müller at Nordic Pumps anna@nordic.fi +358 40 123 4567",
            "contact [Anna Müller at Nordic Pumps] <anna@nordic.fi> <+358 40 123 4567>",
        ),
        ("customer Ital Motori Srl #italy", "customer [Ital Motori Srl] #italy"),
        ("ticket Müller: pump leaks !high", "ticket [Müller] !high = pump leaks"),
        (
            "call Anna about \"Sun rise at 10:00 #1\" fri",
            "call [Anna] Fri 27.11. = Sun rise at 10:00 #1",
        ),
        ("call Anna !soon", "call [Anna] ?!soon"),
        ("mail bo@berg.de the offer", "email [bo@berg.de the offer]"),
        ("call Anna !! tonight", "call [Anna] Mon 23.11. 19:00 !urgent"),
        ("visit Müller this afternoon", "visit [Müller] Mon 23.11. 14:00"),
    ]);
}

#[test]
fn chinese_lines() {
    holds(&[
        ("打电话 张伟 明天10:00 关于报价 #重要", "call [张伟] Tue 24.11. 10:00 #重要 = 报价"),
        ("明天下午3点给张伟打电话，关于报价", "call [给张伟] Tue 24.11. 15:00 = 报价"),
        ("明天下午三点给张伟打电话，关于报价", "call [给张伟] Tue 24.11. 15:00 = 报价"),
        ("明天上午十点一刻给张伟打电话", "call [给张伟] Tue 24.11. 10:15"),
        ("电话 安邦 下周一", "call [安邦] Mon 30.11."),
        ("给张伟打了电话 关于付款", "call done [给张伟] = 付款"),
        ("已致电安邦科技", "call done [安邦科技]"),
        ("昨天打电话给张伟，关于合同", "call [给张伟] Sun 22.11. = 合同"),
        ("发邮件给张伟 关于样品 周五", "email [给张伟] Fri 27.11. = 样品"),
        ("邮件 安邦 报价单 +3d", "email [安邦报价单] Thu 26.11."),
        ("周三上午10点和安邦开会", "meeting [和安邦] Wed 25.11. 10:00"),
        (
            "会议 安邦科技 12月3日14:00 主题：年度合作",
            "meeting [安邦科技] Thu 03.12. 14:00 = 年度合作",
        ),
        ("见张伟 明晚7点", "meeting [张伟] Tue 24.11. 19:00"),
        ("拜访安邦科技 下周二 @李娜 !高", "visit [安邦科技] Tue 01.12. !high @李娜"),
        ("昨天拜访了安邦", "visit done [安邦] Sun 22.11."),
        ("备注 安邦：对方要求降价5%", "note [安邦] = 对方要求降价5%"),
        ("备注：展会延期", "note = 展会延期"),
        ("记录 电话 张伟 确认了订单", "call done [张伟确认了订单]"),
        ("任务 给安邦发报价 明天", "todo [给安邦发报价] Tue 24.11."),
        ("待办 准备年会材料 月底 ！紧急", "todo [准备年会材料] Mon 30.11. !urgent"),
        ("商机 安邦 检测线 12万元", "deal [安邦检测线] 120000 CNY"),
        ("商机 安邦：检测线120万 年底", "deal [安邦] Thu 31.12. 1200000 EUR = 检测线"),
        ("新建客户 华东精工有限公司 ＃制造", "customer [华东精工有限公司] #制造"),
        ("联系人 李娜 在安邦科技 lina@anbang.cn", "contact [李娜在安邦科技] <lina@anbang.cn>"),
        ("后天给Müller打电话", "call [给 Müller] Wed 25.11."),
        ("准备合同 周五", "(todo) [准备合同] Fri 27.11."),
    ]);
}

#[test]
fn nothing_that_was_typed_is_lost() {
    let catalog = catalog();
    let reading = Coercion {
        catalog: &catalog,
        now: now(),
        zone: chrono_tz::Europe::Berlin,
        week: chrono::Weekday::Mon,
    };
    for text in [
        "",
        " ",
        "#",
        "!",
        "@",
        "\"open",
        "：",
        "call",
        "!!!",
        "关于",
        "call about",
        "é\u{301} 🦀 call",
        "+49",
    ] {
        let line = Line::read(text, &reading);
        let covered: usize = line.parts(None).iter().map(|(range, _)| range.len()).sum();
        assert_eq!(covered, text.len(), "{text:?}");
        for (range, _) in line.parts(None) {
            assert!(text.get(range.clone()).is_some(), "{text:?} {range:?}");
        }
    }
}

#[test]
fn parts_of_a_line_are_told_apart() {
    let catalog = catalog();
    let reading = Coercion {
        catalog: &catalog,
        now: now(),
        zone: chrono_tz::Europe::Berlin,
        week: chrono::Weekday::Mon,
    };
    let text = "call Müller on fri about x #hot";
    let line = Line::read(text, &reading);
    let who = line.pieces()[0].clone();
    let parts: Vec<(&str, Part)> =
        line.parts(Some(&who)).into_iter().map(|(range, part)| (&text[range], part)).collect();
    for wanted in [
        ("call", Part::Verb),
        ("Müller", Part::Who),
        ("on fri", Part::When),
        ("about", Part::Joint),
        ("#hot", Part::Tag),
    ] {
        assert!(parts.contains(&wanted), "{wanted:?} in {parts:?}");
    }
    assert_eq!(line.rest(Some(&who)), "");
}
