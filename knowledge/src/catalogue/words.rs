//! The words people ask about products with: attributes in families, kinds of products, and the words that only carry a question.
//! General talk of shops; nothing here belongs to one company. A company's own attributes are asked for by their own names.

/// Which value of an attribute customers prefer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    Higher,
    Lower,
    /// Neither: values are shown side by side.
    Neither,
}

/// What a question can be about: one or several attributes that answer it together.
#[derive(Debug)]
pub struct Family {
    pub id: &'static str,
    /// Attributes in the order they are told.
    pub keys: &'static [&'static str],
    pub zh: &'static str,
    pub en: &'static str,
    pub better: Better,
    /// What the better one is called in a comparison.
    pub more: (&'static str, &'static str),
    /// Names of the family in an answer.
    pub label: (&'static str, &'static str),
}

/// Attributes that are not stored among the others.
pub const PRICE: &str = "price";
pub const STOCK: &str = "stock";

macro_rules! families {
    ($($id:literal [$($key:literal),*] $better:ident $more:expr, $label:expr, $zh:literal, $en:literal;)*) => {
        &[$(Family { id: $id, keys: &[$($key),*], zh: $zh, en: $en, better: Better::$better, more: $more, label: $label }),*]
    };
}

/// Phrases are parted by `|`; the longest that fits a place of the text counts.
pub const FAMILIES: &[Family] = families! {
    "price" [] Lower ("更便宜", "cheaper"), ("价格", "Price"),
        "多少钱|什么价|啥价|价格|价钱|几块钱|多钱|怎么卖|贵不贵|贵吗|便宜|更便宜|卖多少|报个价|售价|现价|多少米",
        "how much|price|cost|costs|priced|cheaper|expensive|pricing";
    "stock" [] Neither ("", ""), ("库存", "Stock"),
        "有货|有现货|现货|有没有货|还有货|库存|缺货|能买到|买得到|有卖|没货|断货|售罄|卖完|卖光",
        "in stock|available|availability|have it|sold out|out of stock|stock";
    "color" ["colors", "color"] Neither ("", ""), ("颜色", "Colours"),
        "颜色|什么色|啥色|几种色|配色|哪些色|几个色|有哪几种颜色",
        "colour|color|colours|colors";
    "water" ["water_resistance", "depth_m", "minutes"] Higher ("防水等级更高", "better protected against water"), ("防水", "Water resistance"),
        "防水|防不防水|防水等级|防水性|防水性能|防泼溅|防溅|不怕水|怕水|怕不怕水|能下水|下水|能淋雨|可以淋雨|怕淋雨|怕不怕淋雨|水下|游泳|洗澡|能沾水|防尘防水|海里|海水|泡水里|能泡水|可以泡水|能泡|可以泡|泡海里|能泡海里|可以泡海里|下海|泳池|池子里|浴室",
        "waterproof|water proof|water resistant|water resistance|water-resistant|splash proof|splashproof|swim|swimming|in the rain|handle rain|underwater|get wet|in the shower|in the sea|in sea water|sea water|in the ocean|in the pool|salt water|take it swimming";
    "battery" ["battery_days", "battery_h", "battery_with_case_h", "running_min", "battery_mah", "energy_wh"] Higher ("续航更长", "lasts longer"), ("续航", "Battery"),
        "续航|电池|电量|待机|用多久|能用多久|能撑多久|撑多久|用几天|用几个小时|耐用|电池多大|电池容量|毫安|能听多久|充一次电|充满能用|多少毫安|扫多久",
        "battery|battery life|last|lasts|lasts longer|last longer|longer|battery capacity|mah|hours|run time|runtime|standby|endurance|juice";
    "charging" ["wired_charging_w", "wireless_charging_w", "wireless_charging", "full_charge_min", "charge_10_min_gives_h", "power_w"] Higher ("充电更快", "charges faster"), ("充电", "Charging"),
        "快充|充电|充电功率|充电速度|充得快|充电快|多少瓦|几瓦|充满要多久|充满多久|多久充满|充满电|功率",
        "charge|charging|fast charging|charging speed|charges|charges faster|faster|watts|watt|full charge|fully charge|quick charge|power";
    "wireless" ["wireless_charging_w", "wireless_charging"] Higher ("无线充电更快", "charges faster without a cable"), ("无线充电", "Wireless charging"),
        "无线充|无线充电|无线快充|隔空充电", "wireless charging|charge wirelessly|wirelessly|qi charging|charges wirelessly";
    "screen" ["screen_inch"] Higher ("屏幕更大", "has the bigger screen"), ("屏幕", "Screen"),
        "屏幕|屏幕多大|多大屏|几寸|多少寸|屏多大|英寸|大屏|屏", "screen|screen size|display|inch|inches|bigger screen|display size";
    "storage" ["storage_gb", "memory_gb"] Higher ("容量更大", "has more space"), ("存储", "Storage"),
        "内存|存储|多少g|几个g|容量多大|运存|运行内存|存储空间|空间", "storage|memory|ram|gb|space";
    "weight" ["weight_g", "weight_kg"] Lower ("更轻", "lighter"), ("重量", "Weight"),
        "多重|重量|几斤|重不重|多少克|轻不轻|更轻|轻|重", "weight|weigh|weighs|heavy|lighter|light|lightest|heaviest";
    "size" ["size_mm", "height_mm", "screen_inch", "length_m", "cable_m", "strap_mm"] Neither ("", ""), ("尺寸", "Size"),
        "尺寸|多大尺寸|长宽高|多高|多宽|多长|多大|大小|几米|多厚", "size|dimensions|how big|how tall|how wide|how long is|height|width|measurements|length";
    "nfc" ["nfc"] Higher ("", ""), ("NFC", "NFC"), "nfc|刷公交|刷公交卡|刷地铁|刷地铁卡|门禁卡|刷门禁|交通卡|公交卡|坐公交|坐地铁", "nfc|tap to pay|contactless|transit card|transit cards|bus card|contactless payment|contactless payments";
    "sim" ["sim", "esim", "cellular"] Neither ("", ""), ("SIM 卡", "SIM"), "双卡|sim卡|插卡|几张卡|两张卡|电话卡|插电话卡", "sim|dual sim|sim card|two sims";
    "esim" ["esim", "cellular"] Neither ("", ""), ("eSIM", "eSIM"), "esim|能打电话|独立通话", "esim|e-sim|cellular|make calls";
    "noise_cancelling" ["noise_cancelling", "noise_cancelling_db"] Higher ("", ""), ("降噪", "Noise cancelling"),
        "降噪|主动降噪|隔音|能降噪", "noise cancelling|noise canceling|noise cancellation|anc|noise-cancelling";
    "noise" ["noise_db"] Lower ("更安静", "quieter"), ("噪音", "Noise"),
        "噪音|声音大|吵不吵|吵吗|噪声|分贝|安静|静音|多少分贝", "noise|noisy|loud|quiet|quieter|quietest|loudest|decibels|db|noise level";
    "bluetooth" ["bluetooth", "dual_connection"] Neither ("", ""), ("蓝牙", "Bluetooth"),
        "蓝牙|蓝牙版本|双设备|连两台|同时连两个|同时连两台", "bluetooth|bluetooth version|two devices|multipoint|dual connection";
    "box" ["in_the_box"] Neither ("", ""), ("包装清单", "In the box"),
        "包装里有什么|盒子里有什么|送充电器|送不送充电器|带充电器|带不带充电器|带充电头|送充电头|有充电器|包装清单|配充电器|盒子里有|包装里|盒子里|里面有什么|标配|送壳|自带|带什么充电头|带什么充电器|配什么充电头|配什么充电器|送什么充电头|送什么充电器|附送什么|附带什么",
        "in the box|comes in the box|come in the box|inside the box|comes with|come with|charger included|include a charger|included|what's in the box|box contents|come with a charger|include|what charger does it come with|which charger does it come with";
    "warranty" ["warranty_months", "warranty_days", "motor_warranty_months", "compressor_warranty_months", "battery_warranty_months"] Higher ("保修更长", "has the longer warranty"), ("保修", "Warranty"),
        "保修|保修多久|质保|质保多久|保修期|保修几年|保多久|几年保修|包修", "warranty|guarantee|warranty period|how long is the warranty";
    "gps" ["gps"] Higher ("", ""), ("GPS", "GPS"), "gps|定位", "gps";
    "energy" ["energy_label"] Neither ("", ""), ("能效", "Energy label"), "几级能效|能效|能效等级|省电|一级能效", "energy label|energy rating|energy class|energy efficient|efficient";
    "capacity" ["capacity_kg", "capacity_l", "persons"] Higher ("容量更大", "bigger"), ("容量", "Capacity"),
        "多少公斤|几公斤|多少升|几升|容量|容积|能装多少|够几个人|几个人|几人份|几个人用|能煮多少", "capacity|litres|liters|kg|kilos|how many people|persons|load";
    "room" ["room_m2", "horsepower", "cadr_m3h"] Higher ("适用面积更大", "suits bigger rooms"), ("适用面积", "Room size"),
        "多大房间|多大的房间|适用面积|几平米|多少平|多少平米|面积|几匹|多少平方|客厅能用|卧室能用", "room size|square metres|square meters|how big a room|room|horsepower|area";
    "filter" ["filter_months", "replace_months", "washable"] Neither ("", ""), ("滤芯和耗材", "Filter"),
        "滤芯多久换|多久换一次|滤芯|多久换滤芯|几个月换|能水洗", "filter|how often to replace|replace the filter|washable";
    "suction" ["suction_pa"] Higher ("吸力更大", "has the stronger suction"), ("吸力", "Suction"), "吸力|吸力多大", "suction|suction power";
    "climb" ["climbs_cm"] Higher ("越障更高", "climbs higher"), ("越障", "Climbing"), "越障|门槛|能过多高|爬坡|过门槛", "climb|threshold|thresholds|obstacle|obstacles";
    "spin" ["spin_rpm"] Higher ("转速更高", "spins faster"), ("转速", "Spin speed"), "转速|脱水转速|多少转", "spin speed|spin|rpm";
    "smart" ["wifi"] Neither ("", ""), ("联网", "Wi-Fi"), "联网|连手机|wifi|无线网|手机控制|能连wifi|智能控制", "wifi|wi-fi|smart|app control|phone control";
    "fits" ["fits"] Neither ("", ""), ("适用", "Fits"), "适用|适用什么|能用在|配什么|适合什么|适合|适合哪些|适配|通用|哪些型号|兼容|适用于|能配|能配上|配得上|匹配|配套|能搭|适合用在", "fit|fits|compatible|compatibility|works with|work with|which models|suit|suits|suitable for|goes on|used with";
    "material" ["material", "inner_material"] Neither ("", ""), ("材质", "Material"), "材质|什么材料|什么材质|什么做的|内胆|材料", "material|made of|made from";
    "camera" ["main_camera_mp", "camera_mp", "front_camera_mp"] Higher ("像素更高", "has the higher camera resolution"), ("拍照", "Camera"),
        "拍照|拍照片|拍照效果|像素|摄像头|相机|镜头", "camera|cameras|photos|megapixels|take photos|take pictures|pictures";
    "flight" ["flight_allowed", "certified_3c", "energy_wh"] Neither ("", ""), ("携带与认证", "On a plane"), "上飞机|带上飞机|坐飞机|飞机|3c|3c认证|高铁", "on a plane|plane|flight|airplane|aeroplane|carry on";
};

/// Kinds of products: the tenant's category, or any of the words. The first Chinese and the
/// first English word name the kind.
pub const KINDS: &[(&str, &str, &str)] = &[
    ("phone", "手机|机子|智能手机", "phone|phones|mobile|handset|smartphone|smartphones|cellphone"),
    ("tablet", "平板|平板电脑", "tablet|tablets|tab"),
    ("watch", "手表|智能手表|腕表|表", "watch|watches|smartwatch"),
    (
        "earphones",
        "耳机|耳塞|蓝牙耳机|无线耳机|真无线耳机",
        "earphones|headphones|earbuds|headphone|earphone|buds|headset|headsets|earbud|wireless earbuds|wireless headphones|wireless earphones|true wireless earbuds|\
        bluetooth earbuds|bluetooth headphones",
    ),
    ("case", "手机壳|保护壳|保护套|壳子|壳|套子", "case|cases|cover|phone case"),
    ("screen_protector", "贴膜|钢化膜|保护膜|膜|屏幕膜", "screen protector|screen protectors|tempered glass|film"),
    ("charger", "充电器|充电头|充电座", "charger|chargers|charging stand"),
    ("cable", "数据线|充电线", "cable|cables|charging cable"),
    ("power_bank", "充电宝|移动电源", "power bank|power banks|powerbank"),
    ("washing_machine", "洗衣机|滚筒洗衣机", "washing machine|washer|washing machines"),
    ("air_conditioner", "空调|挂机|壁挂空调", "air conditioner|ac|aircon|air conditioners"),
    ("fridge", "冰箱", "fridge|refrigerator|fridges"),
    ("robot_vacuum", "扫地机器人|扫地机|扫拖机器人|扫拖机", "robot vacuum|robot|vacuum|robot vacuums"),
    ("air_purifier", "空气净化器|净化器", "air purifier|purifier|purifiers"),
    ("rice_cooker", "电饭煲|电饭锅", "rice cooker|cooker"),
    ("kettle", "电水壶|热水壶|水壶", "kettle|kettles"),
    ("air_fryer", "空气炸锅|炸锅", "air fryer|fryer"),
    ("tablet_accessory", "手写笔|触控笔", "stylus|pen"),
    ("watch_accessory", "表带|手表配件", "strap|watch strap"),
];

/// Point at the product under discussion.
pub const POINTERS_ZH: &str = "这个|那个|这款|那款|这台|那台|这部|那部|这件|那件|这种|这副|那副|这双|它|它的|这|那|前者|后者|第一个|第二个|第三个|第四个|第五个|\
    第一款|第二款|第三款|最后一个|最后一款|头一个|刚才那个|刚才那款|刚才说的|上面那个|该|本款|这俩|这两个|这两款|两个|两款|它们|那只|这只";
pub const POINTERS_EN: &str = "it|this|that|these|those|they|them|its|this one|that one|the first one|the second one|the third one|the last one|first one|\
    second one|third one|the first|the second|the third|the last|the former|the latter|both|the one";

pub const COMPARES_ZH: &str = "哪个更|哪款更|哪个|哪款|哪一个|哪一款|谁更|谁|对比|比较|比一比|比一下|比|区别|有什么区别|差别|不同|有什么不同|有什么不一样|区别在哪|差在哪|差多少|差多少钱|相差多少|相差多少钱|更|还是|选哪个|买哪个|哪个好|哪款好|和|跟|与|一样吗|一样";
pub const COMPARES_EN: &str =
    "which one|which|better|best|diff|difference|differences|different|compare|compared|comparison|vs|versus|than|or|between|and|same";

/// A comparison is meant only with one of these.
pub const COMPARES_CLEARLY: &[&str] = &[
    "哪个",
    "哪款",
    "哪一",
    "谁",
    "对比",
    "比",
    "区别",
    "差别",
    "不同",
    "不一样",
    "更",
    "还是",
    "差在哪",
    "差多少",
    "贵多少",
    "便宜多少",
    "一样",
    "which",
    "better",
    "diff",
    "compar",
    "vs",
    "versus",
    "than",
    " or ",
    "between",
    "same",
];

/// Ask for a list.
pub const LISTS_ZH: &str = "有哪些|有什么|都有什么|都有哪些|有几款|推荐|推荐一下|推荐个|推荐一款|推荐几款|介绍|介绍一下|哪些|卖什么|列一下|看看|有没有|来个|想买|想买个|要买|\
    想看看|最便宜|最便宜的|便宜的|最贵|最贵的|性价比|入门|什么|几款";
pub const LISTS_EN: &str = "which|what|list|recommend|show me|show|any|do you have|do you sell|looking for|suggest|cheapest|cheap|most expensive|affordable|what kinds of|options";
pub const CHEAPEST: &[&str] = &["最便宜", "性价比", "入门", "cheapest", "most affordable"];
pub const DEAREST: &[&str] = &["最贵", "most expensive"];

/// Want something for less money than what was shown.
pub const CHEAPER: &[&str] = &[
    "便宜一点的",
    "便宜点的",
    "便宜些的",
    "便宜一些的",
    "更便宜的",
    "再便宜的",
    "有便宜的",
    "有没有便宜",
    "太贵",
    "有点贵",
    "好贵",
    "贵了",
    "cheaper",
    "less expensive",
    "too expensive",
    "too pricey",
    "too much money",
];
/// Ask for a lower price of the same thing.
pub const BARGAINS: &[&str] =
    &["能便宜", "可以便宜", "能不能便宜", "可不可以便宜", "便宜点吗", "便宜一点吗", "便宜些吗", "便宜点呗", "便宜点吧"];

/// The most of what is asked, and the least.
pub const MOST: &[&str] = &[
    "最长",
    "最大",
    "最高",
    "最强",
    "最久",
    "最重",
    "最多",
    "最厚",
    "最吵",
    "最响",
    "longest",
    "biggest",
    "largest",
    "highest",
    "strongest",
    "heaviest",
    "loudest",
    "most powerful",
    "the most",
];
pub const LEAST: &[&str] = &[
    "最短",
    "最小",
    "最低",
    "最轻",
    "最少",
    "最薄",
    "最安静",
    "shortest",
    "smallest",
    "lowest",
    "lightest",
    "thinnest",
    "quietest",
    "the least",
];
/// The one customers prefer, whichever way its figure goes.
pub const BEST: &[&str] = &["最好", "最快", "最耐用", "最佳", "最强", "最持久", "best", "fastest"];

/// Mine: 「我的手机」 without a name.
pub const MINE: &[&str] = &["我的", "我这", "我手上", "我买的", "my ", "mine"];

/// Ask what goes with a product.
pub const ACCESSORIES_ZH: &str = "别的配件|其他配件|其它配件|更多配件|配件|周边|搭配|可以配什么|配什么配件|有什么配件|附件|搭配什么";
pub const ACCESSORIES_EN: &str = "other accessories|more accessories|accessories|accessory|goes with|go with|add-ons";

/// The customer has it already.
pub const OWNS: &[&str] =
    &["已经有", "我有", "有了", "买过", "已经买", "already have", "already got", "already own", "i have", "i own", "i've got"];

/// Carry a question and say nothing about what is asked.
pub const FILLERS_ZH: &str = "吗|呢|啊|吧|呀|嘛|么|哦|了|的|地|得|是|在|我|你|您|我们|你们|咱|咱们|能|能不能|可以|可不可以|能否|会|会不会|要|有|没有|有没有|有吗|是不是|是否|\
    支持|支不支持|支持吗|支持不支持|怎么样|怎样|如何|咋样|怎么|多少|几|多|大概|一般|请问|问|问下|问一下|想问|想问一下|我想问|想知道|知道|告诉|告诉我|麻烦|一下|帮我|查|查一下|看|看一下|看下|说|说一下|介绍下|下|\
    你好|您好|谢谢|好的|好|那|那么|所以|另外|还有|然后|对了|话说|到底|究竟|真的|不对|不是|错了|我说的是|我问的是|我是说|我指的是|我的意思是|应该是|而是|啥|什么|哪|哪个|哪种|就是|就|也|都|还|又|再|最|比较|\
    这边|店里|家|家的|公司|产品|商品|东西|机器|设备|款|个|台|部|只|副|件|元|块|块钱|钱|以下|以内|之内|以上|左右|不到|不超过|预算|想|想要|买|买的|新|新款|目前|现在|今天|性能|参数|配置|详细|具体|信息|官方|自己|用|用的|给|给我|\
    时候|时|情况|大不大|长不长|快不快|好不好|支不支持|多大|长|大|快|高|强|久|多久|更长|更大|更快|更高|更好|更强|更久|最长|最大|最快|亲|喂|嗨|哈喽|嗯|呃|额|哈|哎|诶|行|行不行|行吗|没问题|功能|等级|级别|几级|方面|同|一|上|里|到|已经|买过|买了|已有|一点|一些|点|些|太贵|太贵了|有点贵|好贵|贵了|贵|预算|最小|最低|最短|最多|最少|最薄|最久的|\
    妈妈|爸爸|妈|爸|爸妈|父母|老人|老人家|长辈|孩子|小孩|送女朋友|送男朋友|送女友|送男友|送老婆|送老公|送爸妈|送妈妈|送爸爸|送父母|送朋友|送长辈|送孩子|送家人|女朋友|男朋友|女友|男友|老婆|老公|媳妇|家人|朋友|同学|送人|送礼|美元|美金|欧元|英镑|港币|港元|日元|人民币|合适|合适的|好用|好用的";
pub const FILLERS_EN: &str = "a|an|the|is|are|was|be|been|am|do|does|did|to|of|in|at|for|with|on|by|from|if|so|i|me|my|we|our|us|you|u|your|s|t|can|could|would|should|will|\
    may|might|has|have|had|how|what|when|where|why|who|much|many|long|big|fast|far|good|about|tell|know|want|like|need|please|hi|hello|hey|thanks|thank|ok|okay|and|or|but|also|then|now|just|really|\
    get|use|using|used|support|supports|supported|there|here|any|some|one|ones|new|product|device|model|item|thing|yuan|rmb|under|below|less|than|over|above|up|budget|buy|buying|sell|more|most|bit|kind|sort|\
    no|sorry|actually|mean|meant|i'm|im|i'd|what's|whats|it's|does it|wait|oh|um|well|give|which|looking|still|too|as|sure|yes|spec|specs|rating|rated|currently|exactly|very|go|take|out|already|got|own|i've|longest|biggest|largest|highest|strongest|smallest|lowest|thinnest|fastest|\
    something|anything|too|pricey|cheaper one|less expensive|mum|mom|mother|dad|father|parents|kids|child|friend|wife|husband|gift|dollars|usd|euros|pounds|bucks|between|range|price range|that's|thats|which has";

/// Colours a variant may have: the word, and what the catalogue may call it.
pub const COLORS: &[(&str, &str, &str)] = &[
    ("蓝色|蓝的|蓝", "blue", "蓝|blue"),
    ("白色|白的|白", "white", "白|white"),
    ("黑色|黑的|黑", "black", "黑|black"),
    ("红色|红的|红", "red", "红|red"),
    ("绿色|绿的|绿", "green", "绿|green"),
    ("灰色|灰的|灰", "grey|gray", "灰|grey|gray"),
    ("银色|银的|银", "silver", "银|silver"),
    ("橙色|橙的|橘色|橙", "orange", "橙|orange"),
    ("粉色|粉的|粉红色|粉", "pink", "粉|pink"),
    ("紫色|紫的|紫", "purple", "紫|purple"),
    ("金色|金的", "gold|golden", "金|gold"),
    ("透明", "clear|transparent", "透明|clear"),
];
