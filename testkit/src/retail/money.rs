//! The store's money: ways to pay, gift cards, and the sums its people do. Amounts are in dollars, as the database has them.

use super::store::Told;
use serde_json::{Value, json};

/// Rounded to cents.
pub fn cents(amount: f64) -> f64 {
    (amount * 100.0).round() / 100.0
}

/// One line of an order's payment history.
pub fn line(kind: &str, amount: f64, method: &str) -> Value {
    json!({"transaction_type": kind, "amount": amount, "payment_method_id": method})
}

/// The customer's way to pay of this id.
pub fn method<'a>(user: &'a Value, id: &str) -> Result<&'a Value, String> {
    user["payment_methods"].get(id).ok_or_else(|| "Payment method not found".to_owned())
}

/// A gift card must hold what it pays.
pub fn can_pay(user: &Value, id: &str, amount: f64) -> Result<(), String> {
    let method = method(user, id)?;
    let is_short = method["source"] == "gift_card" && method["balance"].as_f64().unwrap_or(0.0) < amount;
    if is_short { Err("the gift card does not hold enough".to_owned()) } else { Ok(()) }
}

/// Puts an amount (or takes a negative one) on a gift card; other ways to pay are settled by others.
pub fn credit(user: &mut Value, id: &str, amount: f64) {
    let Some(card) = user["payment_methods"].get_mut(id).filter(|method| method["source"] == "gift_card") else { return };
    let balance = card["balance"].as_f64().unwrap_or(0.0) + amount;
    // Whole dollars stay whole numbers.
    card["balance"] = json!(cents(balance));
}

/// Sums with `+ - * /` and brackets, rounded to cents.
pub fn calculate(expression: &str) -> Told {
    let mut sum = Sum { left: expression.bytes().filter(|b| !b.is_ascii_whitespace()).collect(), at: 0 };
    let value = sum.terms(0)?;
    if sum.at < sum.left.len() || !value.is_finite() {
        return Err("that is no sum".to_owned());
    }
    Ok(json!(format!("{}", cents(value))))
}

struct Sum {
    left: Vec<u8>,
    at: usize,
}

/// Brackets in brackets.
const DEPTH_MAX: usize = 50;

impl Sum {
    fn next_is(&mut self, choices: &[u8]) -> Option<u8> {
        let found = self.left.get(self.at).copied().filter(|b| choices.contains(b))?;
        self.at += 1;
        Some(found)
    }

    fn terms(&mut self, depth: usize) -> Result<f64, String> {
        let mut value = self.factors(depth)?;
        while let Some(sign) = self.next_is(b"+-") {
            let next = self.factors(depth)?;
            value += if sign == b'+' { next } else { -next };
        }
        Ok(value)
    }

    fn factors(&mut self, depth: usize) -> Result<f64, String> {
        let mut value = self.atom(depth)?;
        while let Some(sign) = self.next_is(b"*/") {
            let next = self.atom(depth)?;
            value = if sign == b'*' { value * next } else { value / next };
        }
        Ok(value)
    }

    fn atom(&mut self, depth: usize) -> Result<f64, String> {
        if depth > DEPTH_MAX {
            return Err("too many brackets".to_owned());
        }
        if self.next_is(b"-").is_some() {
            return Ok(-self.atom(depth + 1)?);
        }
        if self.next_is(b"(").is_some() {
            let value = self.terms(depth + 1)?;
            return self.next_is(b")").map(|_| value).ok_or_else(|| "a bracket is open".to_owned());
        }
        let from = self.at;
        while self.next_is(b"0123456789.").is_some() {}
        let digits = std::str::from_utf8(&self.left[from..self.at]).unwrap_or_default();
        digits.parse().map_err(|_| "that is no number".to_owned())
    }
}
