//! What a new file begins with, in the person's language: the built-in roles, and usual labels of phones
//! and addresses.
//!
//! The text that is stored stays what it is, and is what filters, files and commands name; a company that
//! renames a role sees its own words. Start at [`role`] and [`label`].

use crate::model::{Fill, Lang};

/// Names and descriptions of the built-in roles.
const ROLES: [(&str, &str); 24] = [
    ("Administrator", "管理员"),
    ("Everything: users, rights, schema, data", "全部：用户、权限、数据结构、数据"),
    ("Power user", "高级用户"),
    (
        "All records, users and automation, but neither roles nor the schema",
        "全部记录、用户和自动化，但不含角色和数据结构",
    ),
    ("Standard", "标准"),
    ("Reads what the team has, changes what is one's own", "可读团队的记录，可改自己的记录"),
    ("Restricted", "受限"),
    ("Sees one's own records, does one's own tasks", "只看自己的记录，只做自己的任务"),
    ("Sales rep", "销售代表"),
    (
        "One's own customers, deals and activities; unassigned leads",
        "自己的客户、商机和跟进记录，以及未分配的线索",
    ),
    ("Senior sales", "高级销售"),
    ("What the team has", "团队的记录"),
    ("Sales manager", "销售经理"),
    ("What the team and the teams below it have", "团队及下级团队的记录"),
    ("Marketing", "市场"),
    ("Campaigns and leads; reads customers", "市场活动和线索，可读客户"),
    ("Service", "客服"),
    ("Tickets; contacts and customers, but not their status", "工单、联系人和客户，但不含客户状态"),
    ("Finance", "财务"),
    ("Orders and payments, no activities", "订单和回款，不含跟进记录"),
    ("Analyst", "分析员"),
    ("Reads and reports, changes nothing", "只读和报表，不作修改"),
    ("Baseline", "基础"),
    (
        "What everybody has: colleagues, teams, one's own views",
        "每个人都有：同事、团队、自己的视图",
    ),
];

/// Labels of phones, mail addresses and links.
const LABELS: [(&str, &str); 7] = [
    ("work", "工作"),
    ("office", "办公"),
    ("mobile", "手机"),
    ("home", "住宅"),
    ("fax", "传真"),
    ("support", "支持"),
    ("other", "其他"),
];

fn known<'a>(table: &[(&str, &'static str)], lang: Lang, text: &'a str) -> &'a str {
    let found = table.iter().find(|(stored, _)| lang == Lang::Zh && *stored == text);
    found.map_or(text, |(_, chinese)| *chinese)
}

/// The name or the description of a role.
#[must_use]
pub fn role(lang: Lang, text: &str) -> &str {
    known(&ROLES, lang, text)
}

/// The name of a built-in role by its key: `sales_rep`.
#[must_use]
pub fn role_by_key(lang: Lang, key: &str) -> Option<&'static str> {
    let same = |name: &str| name.to_lowercase().replace(' ', "_") == key;
    let (english, chinese) = ROLES.iter().find(|(name, _)| same(name))?;
    Some(if lang == Lang::Zh { chinese } else { english })
}

/// The name of a role in both languages.
#[must_use]
pub fn role_told(name: &str) -> Fill {
    Fill::Label { en: name.to_owned(), zh: role(Lang::Zh, name).to_owned() }
}

/// The label of a phone, an address or a link.
#[must_use]
pub fn label(lang: Lang, text: &str) -> &str {
    known(&LABELS, lang, text)
}
