//! The words that the company is made of: names, places, goods, what people say.

/// A family name, and how it stands in a mail address.
pub(super) const CHINESE_FAMILY: &[(&str, &str)] = &[
    ("王", "wang"), ("李", "li"), ("张", "zhang"), ("刘", "liu"), ("陈", "chen"), ("杨", "yang"),
    ("赵", "zhao"), ("黄", "huang"), ("周", "zhou"), ("吴", "wu"), ("徐", "xu"), ("孙", "sun"),
    ("胡", "hu"), ("朱", "zhu"), ("高", "gao"), ("林", "lin"), ("何", "he"), ("郭", "guo"),
    ("马", "ma"), ("罗", "luo"), ("梁", "liang"), ("宋", "song"), ("郑", "zheng"), ("谢", "xie"),
    ("韩", "han"), ("唐", "tang"), ("曾", "zeng"), ("彭", "peng"), ("查", "zha"), ("欧阳", "ouyang"),
];

pub(super) const CHINESE_GIVEN: &[(&str, &str)] = &[
    ("伟", "wei"), ("芳", "fang"), ("娜", "na"), ("敏", "min"), ("静", "jing"), ("丽", "li"),
    ("强", "qiang"), ("磊", "lei"), ("洋", "yang"), ("艳", "yan"), ("勇", "yong"), ("杰", "jie"),
    ("晓明", "xiaoming"), ("秀英", "xiuying"), ("建国", "jianguo"), ("海燕", "haiyan"),
    ("志强", "zhiqiang"), ("婷婷", "tingting"), ("雪梅", "xuemei"), ("文博", "wenbo"),
    ("子涵", "zihan"), ("浩然", "haoran"), ("思远", "siyuan"), ("雨桐", "yutong"),
];

pub(super) const GERMAN_FAMILY: &[&str] = &[
    "Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz",
    "Hoffmann", "Schäfer", "Koch", "Bauer", "Richter", "Klein", "Wolf", "Schröder", "Neumann",
    "Schwarz", "Zimmermann", "Braun", "Krüger", "Hofmann", "Hartmann", "Lange", "Werner", "Krause",
    "Lehmann", "Köhler", "Maier", "Jäger", "Voß", "Groß", "Böhm", "Petersen", "Claußen",
];

pub(super) const GERMAN_GIVEN: &[&str] = &[
    "Anna", "Lena", "Katharina", "Sabine", "Ursula", "Heike", "Claudia", "Jörg", "Thomas", "Stefan",
    "Michael", "Andreas", "Wolfgang", "Jürgen", "Matthias", "Sören", "Hannes", "Ute", "Birgit",
    "Maximilian", "Friederike", "Günther",
];

pub(super) const ENGLISH_FAMILY: &[&str] = &[
    "Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Patel",
    "Robinson", "Wright", "Thompson", "Evans", "Walker", "White", "Roberts", "Green", "Hall", "Wood",
    "Jackson", "Clarke", "Khan", "O'Brien", "Murphy", "Campbell", "Fraser", "Okafor", "Singh",
    "García", "Nguyen", "Anderson", "Mitchell", "Turner", "Carter", "Parker", "Whitfield",
];

pub(super) const ENGLISH_GIVEN: &[&str] = &[
    "James", "Olivia", "Amelia", "George", "Isla", "Noah", "Grace", "Oliver", "Priya", "Harry",
    "Charlotte", "Leo", "Emily", "William", "Aisha", "Thomas", "Chloé", "Daniel", "Zoë", "Samuel",
    "Hannah", "Marcus", "Renée", "Victor",
];

/// A town: name, region, country, postcode, the area code of its phones with the country's.
pub(super) type Town = (&'static str, &'static str, &'static str, &'static str, &'static str);

pub(super) const ENGLISH_TOWNS: &[Town] = &[
    ("London", "Greater London", "United Kingdom", "EC1A 1BB", "+44207946"),
    ("Leeds", "West Yorkshire", "United Kingdom", "LS1 4DY", "+44113496"),
    ("Bristol", "", "United Kingdom", "BS1 5TR", "+44117496"),
    ("Glasgow", "Scotland", "United Kingdom", "G2 1DY", "+44141496"),
    ("Dublin", "Leinster", "Ireland", "D02 X285", "+3531555"),
    ("Boston", "MA", "United States", "02110", "+1617555"),
    ("Chicago", "IL", "United States", "60601", "+1312555"),
    ("Seattle", "WA", "United States", "98101", "+1206555"),
    ("Toronto", "ON", "Canada", "M5H 2N2", "+1416555"),
    ("Melbourne", "VIC", "Australia", "3000", "+6138555"),
];

pub(super) const GERMAN_TOWNS: &[Town] = &[
    ("Hamburg", "Hamburg", "Germany", "20457", "+4940555"),
    ("Berlin", "Berlin", "Germany", "10115", "+4930555"),
    ("München", "Bayern", "Germany", "80331", "+4989555"),
    ("Stuttgart", "Baden-Württemberg", "Germany", "70173", "+49711555"),
    ("Köln", "Nordrhein-Westfalen", "Germany", "50667", "+49221555"),
    ("Lübeck", "Schleswig-Holstein", "Germany", "23552", "+49451555"),
    ("Nürnberg", "Bayern", "Germany", "90402", "+49911555"),
    ("Görlitz", "Sachsen", "Germany", "02826", "+493581555"),
    ("Zürich", "ZH", "Switzerland", "8001", "+4143555"),
    ("Wien", "Wien", "Austria", "1010", "+431555"),
];

pub(super) const CHINESE_TOWNS: &[Town] = &[
    ("上海", "上海", "中国", "200001", "+86215555"),
    ("北京", "北京", "中国", "100000", "+86105555"),
    ("深圳", "广东", "中国", "518000", "+867558555"),
    ("广州", "广东", "中国", "510000", "+86208555"),
    ("杭州", "浙江", "中国", "310000", "+865718555"),
    ("宁波", "浙江", "中国", "315000", "+865748555"),
    ("苏州", "江苏", "中国", "215000", "+865126555"),
    ("青岛", "山东", "中国", "266000", "+865328555"),
    ("成都", "四川", "中国", "610000", "+86288555"),
    ("重庆", "重庆", "中国", "400000", "+86236555"),
];

pub(super) const ENGLISH_STREETS: &[&str] = &[
    "Harbour Road", "Station Street", "Mill Lane", "King Street", "Dock Road", "Foundry Way",
    "Market Square", "Canal Street", "Victoria Road", "Park Avenue",
];

pub(super) const GERMAN_STREETS: &[&str] = &[
    "Hafenstraße", "Bahnhofstraße", "Am Speicher", "Industriestraße", "Lange Reihe", "Mühlenweg",
    "Königsallee", "Schloßplatz", "Werkstraße", "Gartenstraße",
];

pub(super) const CHINESE_STREETS: &[&str] = &[
    "人民路", "中山路", "解放大道", "科技园路", "滨江大道", "建设路", "长江路", "南京东路", "工业园一路",
    "海港路",
];

/// The first half of an English firm's name.
pub(super) const ENGLISH_FIRMS: &[&str] = &[
    "Acme", "Harbour", "Northgate", "Pioneer", "Redwood", "Silverline", "Thames", "Blue Anchor",
    "Copperfield", "Evergreen", "Falcon", "Granite", "Highland", "Ironbridge", "Juniper", "Kestrel",
    "Lakeside", "Meridian", "Nordic", "Oakfield", "Pacific", "Quayside", "Riverside", "Summit",
    "Tidewater", "Union", "Vanguard", "Westbrook", "Yorkshire", "Zenith", "Beacon", "Crown",
    "Delta", "Eastgate", "Foxglove", "Galloway", "Hartley", "Compass", "Liberty", "Monarch",
];

pub(super) const GERMAN_FORMS: &[&str] = &["GmbH", "AG", "KG", "GmbH & Co. KG", "e.K.", "OHG"];
pub(super) const ENGLISH_FORMS: &[&str] = &["Ltd", "Inc.", "LLC", "Group", "plc", "& Sons", "Co."];
pub(super) const CHINESE_FORMS: &[&str] = &["有限公司", "股份有限公司", "集团有限公司", "有限责任公司"];

pub(super) const CHINESE_FIRM_FIRST: &[&str] = &[
    "安", "华", "鑫", "宏", "恒", "瑞", "金", "远", "盛", "泰", "德", "凯", "天", "中", "新", "东", "海", "永",
    "嘉", "博",
];

pub(super) const CHINESE_FIRM_SECOND: &[&str] = &[
    "邦", "泰", "达", "源", "丰", "通", "信", "诚", "创", "联", "洋", "成", "隆", "光", "和", "利", "兴", "业",
    "锐", "腾",
];

/// A trade: the industry, and what firms of it are called in English, German and Chinese.
pub(super) const TRADES: &[(&str, &str, &str, &str)] = &[
    ("machinery", "Engineering", "Maschinenbau", "机械"),
    ("machinery", "Pumps", "Pumpentechnik", "泵业"),
    ("logistics", "Shipping", "Logistik", "物流"),
    ("logistics", "Freight", "Spedition", "国际货运"),
    ("food", "Foods", "Feinkost", "食品"),
    ("food", "Brewing", "Brauerei", "酒业"),
    ("chemicals", "Chemicals", "Chemie", "化工"),
    ("energy", "Power", "Energietechnik", "能源科技"),
    ("automotive", "Motors", "Fahrzeugtechnik", "汽车零部件"),
    ("electronics", "Electronics", "Elektronik", "电子科技"),
    ("construction", "Construction", "Bau", "建筑工程"),
    ("healthcare", "Medical", "Medizintechnik", "医疗器械"),
    ("textiles", "Textiles", "Textilwerke", "纺织"),
    ("retail", "Trading", "Handelshaus", "贸易"),
    ("software", "Systems", "Software", "软件"),
    ("agriculture", "Farms", "Landtechnik", "农业科技"),
    ("pharma", "Pharma", "Pharma", "医药"),
    ("telecom", "Networks", "Netze", "通信技术"),
];

pub(super) const POSITIONS: &[(&str, &str)] = &[
    ("Managing director", "management"), ("Head of purchasing", "purchasing"),
    ("Buyer", "purchasing"), ("Plant manager", "production"), ("Head of maintenance", "production"),
    ("Project engineer", "engineering"), ("Chief engineer", "engineering"),
    ("Finance director", "finance"), ("Accounts payable", "finance"), ("Office manager", "office"),
    ("Quality manager", "quality"), ("Warehouse manager", "logistics"),
];

/// Goods: name, code, series, kind, unit, price and cost in EUR.
pub(super) const PRODUCTS: &[(&str, &str, &str, &str, &str, i64, i64)] = &[
    ("Centrifugal pump CP 40", "CP-40", "Pumps", "goods", "piece", 1280, 790),
    ("Centrifugal pump CP 80", "CP-80", "Pumps", "goods", "piece", 2450, 1510),
    ("Submersible pump SP 12", "SP-12", "Pumps", "goods", "piece", 890, 540),
    ("Dosing pump DP 5", "DP-5", "Pumps", "goods", "piece", 640, 380),
    ("Screw compressor SC 22", "SC-22", "Compressors", "goods", "piece", 11900, 7800),
    ("Screw compressor SC 75", "SC-75", "Compressors", "goods", "piece", 28400, 19100),
    ("Oil-free compressor OF 15", "OF-15", "Compressors", "goods", "piece", 16750, 11200),
    ("Compressed air dryer AD 3", "AD-3", "Compressors", "goods", "piece", 2150, 1290),
    ("Butterfly valve DN 100", "BV-100", "Valves", "goods", "piece", 145, 78),
    ("Ball valve DN 50", "BA-50", "Valves", "goods", "piece", 92, 47),
    ("Control valve CV 25", "CV-25", "Valves", "goods", "piece", 780, 470),
    ("Safety valve SV 16", "SV-16", "Valves", "goods", "piece", 310, 170),
    ("Plate heat exchanger HX 20", "HX-20", "Heat", "goods", "piece", 3350, 2080),
    ("Tube heat exchanger HX 60", "HX-60", "Heat", "goods", "piece", 8900, 5700),
    ("Stainless tank 1000 l", "TK-1000", "Tanks", "goods", "piece", 4200, 2750),
    ("Flow meter FM 2", "FM-2", "Sensors", "goods", "piece", 520, 290),
    ("Pressure sensor PS 1", "PS-1", "Sensors", "goods", "piece", 118, 55),
    ("Seal kit", "SK-1", "Spare parts", "goods", "set", 64, 22),
    ("Bearing set", "BS-1", "Spare parts", "goods", "set", 148, 66),
    ("Filter cartridges, box of 10", "FC-10", "Spare parts", "goods", "box", 86, 31),
    ("Commissioning on site", "SV-COM", "Services", "service", "day", 1150, 640),
    ("Maintenance visit", "SV-MNT", "Services", "service", "visit", 690, 380),
    ("Remote monitoring", "SU-MON", "Services", "subscription", "year", 1440, 350),
    ("Extended warranty", "SU-WAR", "Services", "subscription", "year", 980, 210),
];

/// What a deal is called, `{n}` being a quantity and `{p}` the goods.
pub(super) const DEAL_NAMES: &[&str] =
    &["{n} x {p}", "{p}, new line", "{p} for the new plant", "Replacement: {p}", "Yearly need of {p}"];

pub(super) const COMPETITORS: &[&str] =
    &["Grundberg", "AtlasFlow", "Kaiserwerk", "Shenli Pumps", "Hydromek", "a local dealer"];

/// What was said, by how far the deal is: kind, direction, minutes, subject, outcome.
pub(super) type Talk = (&'static str, &'static str, i64, &'static str, &'static str);

pub(super) const TALK: [&[Talk]; 5] = [
    &[
        ("call", "out", 10, "First call with {who}: interested in {p}", "interested"),
        ("email", "in", 0, "Enquiry about {p} from the web site", "follow_up"),
        ("meeting", "in", 30, "Met {who} at the fair, talked about {p}", "interested"),
        ("call", "out", 5, "Tried {who}, was in a meeting", "no_answer"),
    ],
    &[
        ("call", "out", 20, "Went through the requirements with {who}", "follow_up"),
        ("visit", "out", 120, "Saw the plant, took measurements for {p}", "follow_up"),
        ("email", "in", 0, "{who} sent the drawings", "done"),
        ("call", "out", 15, "Budget is there, {who} decides together with finance", "interested"),
    ],
    &[
        ("email", "out", 0, "Sent the offer for {p}", "done"),
        ("call", "out", 15, "Explained the offer to {who}", "follow_up"),
        ("meeting", "out", 60, "Presented {p} to {who} and two engineers", "interested"),
        ("call", "in", 10, "{who} asks for a shorter delivery time", "follow_up"),
    ],
    &[
        ("call", "in", 15, "{who} wants 5 % off for payment in advance", "follow_up"),
        ("meeting", "out", 90, "Negotiated terms for {p} with {who}", "interested"),
        ("email", "out", 0, "Sent the revised offer", "done"),
        ("call", "out", 10, "{who} waits for the board's signature", "follow_up"),
    ],
    &[
        ("call", "out", 15, "Asked {who} how the {p} are running: no complaints", "done"),
        ("visit", "out", 90, "Yearly visit, {who} showed the new hall", "done"),
        ("email", "out", 0, "Sent the new price list to {who}", "done"),
        ("note", "out", 0, "New purchasing rules from next quarter: orders only with a number", ""),
        ("call", "out", 5, "Left a message for {who}", "message_left"),
        ("email", "in", 0, "{who} asks for spare parts for {p}", "follow_up"),
    ],
];

/// The same from Chinese customers.
pub(super) const CHINESE_TALK: [&[Talk]; 5] = [
    &[
        ("call", "out", 10, "首次联系{who}，对{p}有兴趣", "interested"),
        ("meeting", "in", 30, "展会上认识{who}，聊了{p}", "interested"),
    ],
    &[
        ("call", "out", 20, "与{who}确认技术参数", "follow_up"),
        ("email", "in", 0, "{who}发来图纸", "done"),
    ],
    &[
        ("email", "out", 0, "发送{p}报价单", "done"),
        ("call", "out", 15, "向{who}解释报价", "follow_up"),
    ],
    &[
        ("call", "in", 15, "{who}希望再优惠5%", "follow_up"),
        ("meeting", "out", 90, "与{who}商谈合同条款", "interested"),
    ],
    &[
        ("call", "out", 15, "回访{who}，设备运行正常", "done"),
        ("visit", "out", 90, "年度拜访，参观新厂房", "done"),
        ("email", "out", 0, "给{who}发送新价目表", "done"),
    ],
];

/// Tasks that follow from talk, by how far the deal is: kind and name.
pub(super) const TASKS: [&[(&str, &str)]; 5] = [
    &[("call", "Call {who} again"), ("email", "Send brochure of {p}")],
    &[("call", "Clarify open questions with {who}"), ("todo", "Calculate the offer for {p}")],
    &[("call", "Follow up on the offer"), ("email", "Send references for {p}")],
    &[("call", "Ask {who} for the decision"), ("todo", "Check delivery time of {p}")],
    &[("visit", "Plan the yearly visit"), ("call", "Ask {who} about next year's need")],
];

/// Tickets: kind, subject, how it ended.
pub(super) const TICKETS: &[(&str, &str, &str)] = &[
    ("question", "Which seal kit fits {p}?", "Told them the article number."),
    ("incident", "{p} loses pressure", "A valve was not fully open; showed the operator."),
    ("complaint", "Delivery incomplete: one box missing", "Sent the missing box by express."),
    ("problem", "{p} is louder than last month", "Bearing worn; replaced under warranty."),
    ("question", "Need the declaration of conformity for {p}", "Sent the certificate."),
    ("incident", "Alarm 17 on {p}", "Filter blocked; cleaned, and explained the interval."),
    ("complaint", "Invoice shows the old address", "Corrected and sent again."),
    ("problem", "Spare parts list does not match {p}", "The list was of another series; exchanged."),
];

/// Campaigns: name, kind, budget in EUR.
pub(super) const CAMPAIGNS: &[(&str, &str, i64)] = &[
    ("Newsletter", "newsletter", 1200),
    ("Pump fair Hamburg", "exhibition", 18000),
    ("Maintenance offer", "email", 800),
    ("Shanghai roadshow", "event", 24000),
    ("Newsletter", "newsletter", 1200),
    ("Call action: compressors", "telephone", 3500),
    ("Energy saving webinar", "web", 2600),
    ("Promotion: spare parts", "promotion", 5200),
    ("Customer day at the warehouse", "event", 9800),
];

pub(super) const TAGS: &[&str] =
    &["export", "framework contract", "newsletter", "slow payer", "reference", "fair"];

/// The sales people: name, login, position, team (0 north, 1 Asia, 2 service), mail language.
pub(super) const STAFF: &[(&str, &str, &str, usize, &str)] = &[
    ("Maria Petersen", "maria", "Head of sales", 0, "en"),
    ("Bo Lindqvist", "bo", "Sales", 0, "en"),
    ("Jonas Becker", "jonas", "Sales", 0, "en"),
    ("陈晓明", "xiaoming", "Head of Asia", 1, "zh"),
    ("李静", "jing", "Sales", 1, "zh"),
    ("Aoife Murphy", "aoife", "Sales", 0, "en"),
    ("Emre Yılmaz", "emre", "Service", 2, "en"),
];
