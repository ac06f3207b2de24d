//! Products with their variants: saved, listed, imported from a sheet with its mistakes by row, and talked about.

use crate::settings::with;
use crate::world::{Answer, World, reading_world, world};
use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

fn phone() -> Value {
    let variant = |sku: &str, color: &str, english: &str, storage: &str, price: i64, stock: i64| json!({"sku": sku, "options": {"color": color, "color_en": english, "storage": storage}, "price_cents": price, "stock": stock});
    json!({"sku": "X9", "name_zh": "星 X9 手机", "name_en": "Star X9 phone", "category": "phone", "price_cents": 1, "stock": 0, "variants": [
        variant("X9-B-128", "蓝色", "blue", "128GB", 199_900, 3), variant("X9-B-256", "蓝色", "blue", "256GB", 249_900, 0),
        variant("X9-W-128", "白色", "white", "128GB", 199_900, 5),
    ]})
}

async fn import(w: &World, name: &str, sheet: &[u8], dry_run: bool) -> Answer {
    let mut body = format!("--X\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").into_bytes();
    body.extend_from_slice(sheet);
    body.extend_from_slice(b"\r\n--X--\r\n");
    let request = Request::builder()
        .method("POST")
        .uri(format!("/api/v1/products/import?dry_run={dry_run}"))
        .header("authorization", format!("Bearer {}", w.a.admin))
        .header("content-type", "multipart/form-data; boundary=X");
    w.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn variants_make_the_price_and_the_stock() {
    let w = world().await;
    w.post("/products", &w.a.agent, phone()).await.problem(403, "forbidden");
    let made = w.post("/products", &w.a.admin, phone()).await.ok(201);
    assert_eq!((made["price_cents"].clone(), made["stock"].clone()), (json!(199_900), json!(8)));
    let id = made["id"].as_str().unwrap();
    let found = w.get("/products?q=x9-w&category=phone&in_stock=true", &w.a.agent).await.ok(200);
    assert_eq!(found["items"][0]["id"], json!(id));
    assert_eq!(w.get("/products?in_stock=false", &w.a.agent).await.ok(200)["items"], json!([]));
    assert_eq!(
        w.get("/products/categories", &w.a.agent).await.ok(200)["items"],
        json!([{"name": "phone", "products": 1, "title_zh": "手机", "title_en": "Phone", "own_zh": "", "own_en": ""}])
    );
    let other = json!({"sku": "Y1", "name_zh": "壳", "name_en": "Case", "price_cents": 100,
        "variants": [{"sku": "X9-B-128", "options": {"color": "红"}, "price_cents": 100}]});
    assert_eq!(w.post("/products", &w.a.admin, other).await.problem(422, "invalid_field")["errors"][0]["field"], "variants[0].sku");
    let mut same = phone();
    same["sku"] = json!("Z");
    same["variants"][1]["options"] = same["variants"][0]["options"].clone();
    assert_eq!(w.post("/products", &w.a.admin, same).await.problem(422, "invalid_field")["errors"][0]["field"], "variants[1].options");
    let path = format!("/products/{id}");
    let fewer = json!({"variants": [phone()["variants"][1]]});
    let changed = with(&w, "PATCH", &path, &w.a.admin, &[("if-match", "\"1\"")], fewer).await.ok(200);
    assert_eq!((changed["price_cents"].clone(), changed["stock"].clone()), (json!(249_900), json!(0)));
    assert_eq!(w.get("/products", &w.b.agent).await.ok(200)["items"], json!([]));
}

#[tokio::test]
async fn the_bot_speaks_of_variants() {
    let w = world().await;
    w.post("/products", &w.a.admin, phone()).await.ok(201);
    let token = w.boot(&w.a).await["visitor_token"].as_str().unwrap().to_owned();
    let ask = async |n: i64, text: &str| {
        w.post("/widget/messages", &token, json!({"client_msg_id": n.to_string(), "text": text})).await.ok(201);
        let thread = w.get("/widget/messages", &token).await.ok(200);
        let bot = thread["items"].as_array().unwrap().iter().rfind(|m| m["author"]["kind"] == "bot").cloned().unwrap();
        bot["content"]["text"].as_str().unwrap().to_owned()
    };
    let price = ask(1, "X9 多少钱").await;
    assert!(
        ["蓝色 128GB：¥1,999，有现货", "蓝色 256GB：¥2,499，暂时缺货", "白色 128GB"].iter().all(|part| price.contains(part)),
        "{price}"
    );
    let blue = ask(2, "蓝色的还有吗").await;
    assert!(blue.contains("128GB：¥1,999，有现货") && blue.contains("256GB：¥2,499，暂时缺货") && !blue.contains("白"), "{blue}");
    let big = ask(3, "256G的多少钱").await;
    assert!(big.contains("蓝色 256GB") && big.contains("¥2,499") && big.contains("缺货") && big.contains("白色 128GB"), "{big}");
    let white = ask(4, "白色的呢").await;
    assert!(white.contains("没有这个搭配"), "white comes in 128 only, and 256 was chosen: {white}");
    let red = ask(5, "有红色吗").await;
    assert!(red.contains("没有这个颜色") && red.contains("蓝色、白色"), "{red}");
}

#[tokio::test]
async fn a_sheet_is_checked_whole_and_taken_over_whole() {
    let w = reading_world().await;
    let sheet = "sku,名称,分类,价格,库存,variant_of,规格\nA,手机,phone,1999,,,\nA-B,,,2099,3,A,颜色=蓝色\nC,壳,case,59.90,5,,\n";
    let tried = import(&w, "products.csv", sheet.as_bytes(), true).await.ok(200);
    assert_eq!((tried["added"].clone(), tried["written"].clone(), tried["wrong"].clone()), (json!(2), json!(false), json!([])));
    assert_eq!(w.get("/products", &w.a.agent).await.ok(200)["items"], json!([]));
    assert_eq!(import(&w, "products.csv", sheet.as_bytes(), false).await.ok(200)["written"], true);
    let all = w.get("/products", &w.a.agent).await.ok(200);
    assert_eq!((all["items"][0]["sku"].clone(), all["items"][0]["variants"][0]["stock"].clone()), (json!("A"), json!(3)));
    let again = import(&w, "products.csv", sheet.as_bytes(), false).await.ok(200);
    assert_eq!((again["unchanged"].clone(), again["changed"].clone()), (json!(2), json!(0)));
    let bad = import(&w, "products.csv", "sku,price\nA,dear\nD,12\n".as_bytes(), false).await.ok(200);
    assert_eq!(bad["written"], false);
    let lines: Vec<(i64, &str)> =
        bad["wrong"].as_array().unwrap().iter().map(|row| (row["line"].as_i64().unwrap(), row["column"].as_str().unwrap())).collect();
    assert_eq!(lines, [(2, "price"), (3, "name_zh"), (3, "name_en")]);
    import(&w, "products.pdf", b"%PDF", true).await.problem(422, "invalid_field");
}

#[tokio::test]
async fn a_category_has_a_title_and_the_bot_knows_its_words() {
    let w = world().await;
    let holder = json!({"sku": "H1", "name_zh": "桌面磁吸架", "name_en": "Magnetic desk mount", "category": "phone_holder", "price_cents": 5900, "stock": 3});
    let other =
        json!({"sku": "H2", "name_zh": "车载夹持架", "name_en": "Car mount", "category": "phone_holder", "price_cents": 3900, "stock": 3});
    for product in [holder, other] {
        w.post("/products", &w.a.admin, product).await.ok(201);
    }
    let path = "/products/categories/phone_holder";
    let title = json!({"zh": "手机支架", "en": "Phone mounts"});
    w.call("PUT", path, &w.a.agent, title.clone()).await.problem(403, "forbidden");
    w.call("PUT", "/products/categories/none", &w.a.admin, title.clone()).await.problem(404, "not_found");
    let told = async |id: &str, text: &str| {
        let token = w.boot(&w.a).await["visitor_token"].as_str().unwrap().to_owned();
        w.post("/widget/messages", &token, json!({"client_msg_id": id, "text": text})).await.ok(201);
        let thread = w.get("/widget/messages", &token).await.ok(200);
        thread["items"].as_array().unwrap().iter().rfind(|m| m["author"]["kind"] == "bot").unwrap()["content"]["text"].to_string()
    };
    assert!(!told("1", "有哪些手机支架").await.contains("车载夹持架"));
    w.call("PUT", path, &w.a.admin, title).await.ok(204);
    let listed = w.get("/products/categories", &w.a.agent).await.ok(200);
    assert_eq!((&listed["items"][0]["title_zh"], &listed["items"][0]["own_en"]), (&json!("手机支架"), &json!("Phone mounts")));
    let list = told("2", "有哪些手机支架").await;
    assert!(list.contains("车载夹持架") && list.contains("桌面磁吸架"), "{list}");
    w.call("PUT", path, &w.a.admin, json!({})).await.ok(204);
    assert_eq!(w.get("/products/categories", &w.a.agent).await.ok(200)["items"][0]["title_zh"], "phone_holder");
    assert_eq!(w.get("/products/categories", &w.b.agent).await.ok(200)["items"], json!([]));
}
