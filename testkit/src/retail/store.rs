//! A retail company with the sixteen tools of the tau-bench retail domain over its own database: look-ups, cancellations, changes,
//! returns and exchanges, each with the refusals its rules ask for. Written from the tools' schemas and the policy; holds no data.

use super::money;
use serde_json::{Map, Value, json};

/// What a tool gives, or why it refuses.
pub type Told = Result<Value, String>;

/// The whole company: `products`, `users` and `orders` by id.
#[derive(Debug, Clone)]
pub struct Store {
    pub db: Value,
}

impl Store {
    pub fn new(db: Value) -> Self {
        Self { db }
    }

    /// Does what the tool of this name does. A refused call changes nothing.
    pub fn call(&mut self, tool: &str, args: &Value) -> Told {
        match tool {
            "calculate" => money::calculate(text(args, "expression")?),
            "cancel_pending_order" => self.cancel(args),
            "exchange_delivered_order_items" => self.exchange(args),
            "find_user_id_by_name_zip" => self.find_by_name(args),
            "find_user_id_by_email" => self.find_by_email(args),
            "get_order_details" => self.order(args).cloned(),
            "get_product_details" => self.part("products", text(args, "product_id")?, "Product not found").cloned(),
            "get_item_details" => self.variant(None, text(args, "item_id")?).cloned().ok_or_else(|| "Item not found".to_owned()),
            "get_user_details" => self.user(text(args, "user_id")?).cloned(),
            "list_all_product_types" => Ok(self.product_types()),
            "modify_pending_order_address" => self.readdress_order(args),
            "modify_pending_order_items" => self.modify_items(args),
            "modify_pending_order_payment" => self.modify_payment(args),
            "modify_user_address" => self.readdress_user(args),
            "return_delivered_order_items" => self.take_back(args),
            "transfer_to_human_agents" => Ok(json!("Transfer successful")),
            other => Err(format!("there is no tool {other}")),
        }
    }

    fn part(&self, kind: &str, id: &str, missing: &str) -> Result<&Value, String> {
        self.db[kind].get(id).ok_or_else(|| missing.to_owned())
    }

    fn order(&self, args: &Value) -> Result<&Value, String> {
        self.part("orders", text(args, "order_id")?, "Order not found")
    }

    fn user(&self, id: &str) -> Result<&Value, String> {
        self.part("users", id, "User not found")
    }

    /// An order in this state, and its customer.
    fn order_that_is(&self, args: &Value, status: &str) -> Result<(Value, Value), String> {
        let order = self.order(args)?;
        if order["status"] != status {
            return Err(format!("the order is {}, not {status}", order["status"]));
        }
        let user = self.user(order["user_id"].as_str().unwrap_or_default())?;
        Ok((order.clone(), user.clone()))
    }

    fn keep(&mut self, order: Value, user: Value) -> Value {
        let (order_id, user_id) =
            (order["order_id"].as_str().unwrap_or_default().to_owned(), order["user_id"].as_str().unwrap_or_default());
        self.db["users"][user_id] = user;
        self.db["orders"][order_id.as_str()] = order.clone();
        order
    }

    /// One kind of item, of this product if one is given.
    fn variant(&self, product_id: Option<&str>, item_id: &str) -> Option<&Value> {
        let products = self.db["products"].as_object()?;
        let mut fitting = products.iter().filter(|(id, _)| product_id.is_none_or(|wanted| wanted == id.as_str()));
        fitting.find_map(|(_, product)| product["variants"].get(item_id))
    }

    fn find_by_email(&self, args: &Value) -> Told {
        let email = text(args, "email")?;
        self.find_user(|user| user["email"].as_str().is_some_and(|known| known.eq_ignore_ascii_case(email)))
    }

    fn find_by_name(&self, args: &Value) -> Told {
        let (first, last, zip) = (text(args, "first_name")?, text(args, "last_name")?, text(args, "zip")?);
        let same = |known: &Value, given: &str| known.as_str().is_some_and(|known| known.eq_ignore_ascii_case(given));
        self.find_user(|user| {
            same(&user["name"]["first_name"], first) && same(&user["name"]["last_name"], last) && user["address"]["zip"] == zip
        })
    }

    fn find_user(&self, is_meant: impl Fn(&Value) -> bool) -> Told {
        let found = self.db["users"].as_object().into_iter().flatten().find(|(_, user)| is_meant(user));
        found.map(|(id, _)| json!(id)).ok_or_else(|| "User not found".to_owned())
    }

    fn product_types(&self) -> Value {
        let products = self.db["products"].as_object().into_iter().flatten();
        products.map(|(id, product)| (product["name"].as_str().unwrap_or_default().to_owned(), json!(id))).collect::<Map<_, _>>().into()
    }

    fn cancel(&mut self, args: &Value) -> Told {
        let (mut order, mut user) = self.order_that_is(args, "pending")?;
        let reason = text(args, "reason")?;
        if !matches!(reason, "no longer needed" | "ordered by mistake") {
            return Err("that is no reason to cancel".to_owned());
        }
        let mut history = list(&order["payment_history"]);
        for payment in history.clone() {
            let (amount, method) = (number(&payment["amount"]), payment["payment_method_id"].as_str().unwrap_or_default().to_owned());
            money::credit(&mut user, &method, amount);
            history.push(money::line("refund", amount, &method));
        }
        order["payment_history"] = history.into();
        order["status"] = json!("cancelled");
        order["cancel_reason"] = json!(reason);
        Ok(self.keep(order, user))
    }

    /// The difference in price when items of an order become others of the same product that are to be had.
    fn difference(&self, order: &Value, old: &[String], new: &[String]) -> Result<f64, String> {
        has_all(order, old)?;
        if old.len() != new.len() {
            return Err("as many new items are needed as old ones".to_owned());
        }
        let mut difference = 0.0;
        for (old, new) in old.iter().zip(new) {
            let item = item_of(order, old).ok_or("an item is not in the order")?;
            let other = self.variant(item["product_id"].as_str(), new).filter(|variant| variant["available"] == true);
            let other = other.ok_or_else(|| format!("item {new} is not to be had"))?;
            difference += number(&other["price"]) - number(&item["price"]);
        }
        Ok(difference)
    }

    fn exchange(&mut self, args: &Value) -> Told {
        let (mut order, user) = self.order_that_is(args, "delivered")?;
        let (mut old, mut new) = (texts(args, "item_ids")?, texts(args, "new_item_ids")?);
        let difference = money::cents(self.difference(&order, &old, &new)?);
        let method = text(args, "payment_method_id")?;
        money::can_pay(&user, method, difference)?;
        old.sort();
        new.sort();
        order["status"] = json!("exchange requested");
        order["exchange_items"] = json!(old);
        order["exchange_new_items"] = json!(new);
        order["exchange_payment_method_id"] = json!(method);
        order["exchange_price_difference"] = json!(difference);
        Ok(self.keep(order, user))
    }

    fn modify_items(&mut self, args: &Value) -> Told {
        let (mut order, mut user) = self.order_that_is(args, "pending")?;
        let (old, new) = (texts(args, "item_ids")?, texts(args, "new_item_ids")?);
        let difference = self.difference(&order, &old, &new)?;
        let method = text(args, "payment_method_id")?;
        money::can_pay(&user, method, difference)?;
        let kind = if difference > 0.0 { "payment" } else { "refund" };
        push(&mut order["payment_history"], money::line(kind, difference.abs(), method));
        money::credit(&mut user, method, -difference);
        // The published tools write the last new item's price and options on every changed item, and so must whoever compares with them.
        let last = new.last().and_then(|id| self.variant(None, id)).cloned().unwrap_or_default();
        for (old, new) in old.iter().zip(&new) {
            let items = order["items"].as_array_mut().ok_or("an order without items")?;
            let item = items.iter_mut().find(|item| item["item_id"] == **old).ok_or("an item is not in the order")?;
            item["item_id"] = json!(new);
            item["price"] = last["price"].clone();
            item["options"] = last["options"].clone();
        }
        order["status"] = json!("pending (item modified)");
        Ok(self.keep(order, user))
    }

    fn modify_payment(&mut self, args: &Value) -> Told {
        let (mut order, mut user) = self.order_that_is(args, "pending")?;
        let method = text(args, "payment_method_id")?;
        let history = list(&order["payment_history"]);
        let [first] = history.as_slice() else { return Err("the order was paid in several parts".to_owned()) };
        let (amount, before) = (number(&first["amount"]), first["payment_method_id"].as_str().unwrap_or_default().to_owned());
        if method == before {
            return Err("the new way to pay is the old one".to_owned());
        }
        money::can_pay(&user, method, amount)?;
        let more = [money::line("payment", amount, method), money::line("refund", amount, &before)];
        more.into_iter().for_each(|line| push(&mut order["payment_history"], line));
        money::credit(&mut user, method, -amount);
        money::credit(&mut user, &before, amount);
        Ok(self.keep(order, user))
    }

    fn take_back(&mut self, args: &Value) -> Told {
        let (mut order, user) = self.order_that_is(args, "delivered")?;
        let (mut items, method) = (texts(args, "item_ids")?, text(args, "payment_method_id")?);
        money::method(&user, method)?;
        let paid_with = &order["payment_history"][0]["payment_method_id"];
        if !method.starts_with("gift_card") && *paid_with != method {
            return Err("a refund goes to the original way to pay or to a gift card".to_owned());
        }
        has_all(&order, &items)?;
        items.sort();
        order["status"] = json!("return requested");
        order["return_items"] = json!(items);
        order["return_payment_method_id"] = json!(method);
        Ok(self.keep(order, user))
    }

    fn readdress_order(&mut self, args: &Value) -> Told {
        let mut order = self.order(args)?.clone();
        if !order["status"].as_str().is_some_and(|status| status.starts_with("pending")) {
            return Err(format!("the order is {}, not pending", order["status"]));
        }
        let user = self.user(order["user_id"].as_str().unwrap_or_default())?.clone();
        order["address"] = address(args)?;
        Ok(self.keep(order, user))
    }

    fn readdress_user(&mut self, args: &Value) -> Told {
        let id = text(args, "user_id")?;
        let mut user = self.user(id)?.clone();
        user["address"] = address(args)?;
        self.db["users"][id] = user.clone();
        Ok(user)
    }
}

fn text<'a>(args: &'a Value, name: &str) -> Result<&'a str, String> {
    args[name].as_str().ok_or_else(|| format!("{name} is missing"))
}

fn texts(args: &Value, name: &str) -> Result<Vec<String>, String> {
    let items = args[name].as_array().ok_or_else(|| format!("{name} is missing"))?;
    items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(|| format!("{name} holds texts"))).collect()
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn push(list: &mut Value, item: Value) {
    if let Some(list) = list.as_array_mut() {
        list.push(item);
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(0.0)
}

fn item_of<'a>(order: &'a Value, item_id: &str) -> Option<&'a Value> {
    order["items"].as_array()?.iter().find(|item| item["item_id"] == item_id)
}

/// Every item, as often as it is named.
fn has_all(order: &Value, items: &[String]) -> Result<(), String> {
    let held = |id: &str| order["items"].as_array().map_or(0, |all| all.iter().filter(|item| item["item_id"] == id).count());
    let missing = items.iter().find(|id| items.iter().filter(|other| other == id).count() > held(id));
    missing.map_or(Ok(()), |id| Err(format!("item {id} is not in the order")))
}

fn address(args: &Value) -> Told {
    let parts = ["address1", "address2", "city", "state", "country", "zip"];
    parts.iter().map(|part| Ok(((*part).to_owned(), json!(text(args, part)?)))).collect::<Result<Map<_, _>, String>>().map(Value::Object)
}
