//! What a tenant may spend in a day and in a month, in tokens and in money, and what a call costs. Pure: whoever keeps the books reads
//! the counters and writes them. Money is counted in micro-cents (a millionth of a hundredth of the operator's currency), so that
//! `tokens × cents per million` is exact.

use std::fmt;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    pub prompt_tokens: i64,
    pub answer_tokens: i64,
}

impl Usage {
    pub fn tokens(self) -> i64 {
        self.prompt_tokens.saturating_add(self.answer_tokens)
    }
}

/// Hundredths of the currency per million tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Price {
    pub prompt_cents_per_million: i64,
    pub answer_cents_per_million: i64,
}

impl Price {
    /// In micro-cents.
    pub fn of(self, usage: Usage) -> i64 {
        let part = |tokens: i64, cents: i64| tokens.saturating_mul(cents);
        part(usage.prompt_tokens, self.prompt_cents_per_million).saturating_add(part(usage.answer_tokens, self.answer_cents_per_million))
    }
}

/// 0 means no limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limit {
    pub tokens: i64,
    pub cents: i64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Budget {
    pub price: Price,
    pub day: Limit,
    pub month: Limit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    Day,
    Month,
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if *self == Period::Day { "day" } else { "month" })
    }
}

/// Spent in a period so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    pub tokens: i64,
    pub micro_cents: i64,
    pub calls: i64,
}

impl Spent {
    pub fn plus(self, other: Spent) -> Spent {
        Spent {
            tokens: self.tokens.saturating_add(other.tokens),
            micro_cents: self.micro_cents.saturating_add(other.micro_cents),
            calls: self.calls.saturating_add(other.calls),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the model's {} budget of this {period} is used up ({used} of {limit} {})", if *.is_money { "money" } else { "token" }, if *.is_money { "cents" } else { "tokens" })]
pub struct OverBudget {
    pub period: Period,
    pub is_money: bool,
    pub used: i64,
    pub limit: i64,
}

impl Budget {
    /// With what the company allows itself in a month, where that is less.
    pub fn within(self, own: Limit) -> Self {
        let less = |of: i64, own: i64| if own > 0 && (of == 0 || own < of) { own } else { of };
        let month = Limit { tokens: less(self.month.tokens, own.tokens), cents: less(self.month.cents, own.cents) };
        Self { month, ..self }
    }

    pub fn spend(&self, usage: Usage) -> Spent {
        Spent { tokens: usage.tokens(), micro_cents: self.price.of(usage), calls: 1 }
    }

    /// Whether a call that may cost `next` fits beside what is spent and what other calls in flight may cost (`held`).
    pub fn admit(&self, day: Spent, month: Spent, held: Spent, next: Spent) -> Result<(), OverBudget> {
        for (period, limit, spent) in [(Period::Day, self.day, day), (Period::Month, self.month, month)] {
            let after = spent.plus(held).plus(next);
            if limit.tokens > 0 && after.tokens > limit.tokens {
                return Err(OverBudget { period, is_money: false, used: spent.tokens, limit: limit.tokens });
            }
            if limit.cents > 0 && after.micro_cents > limit.cents.saturating_mul(MICRO) {
                return Err(OverBudget { period, is_money: true, used: spent.micro_cents / MICRO, limit: limit.cents });
            }
        }
        Ok(())
    }
}

const MICRO: i64 = 1_000_000;

/// Tokens of a text nobody counted: one for each character of Chinese, one for three bytes of anything else. High rather than low.
pub fn estimate_tokens(text: &str) -> i64 {
    let cjk = text.chars().filter(|c| qn_base::text::is_cjk(*c)).count();
    let rest = text.len() - text.chars().filter(|c| qn_base::text::is_cjk(*c)).map(char::len_utf8).sum::<usize>();
    i64::try_from(cjk + rest.div_ceil(3)).unwrap_or(i64::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn spent(tokens: i64, micro_cents: i64) -> Spent {
        Spent { tokens, micro_cents, calls: 1 }
    }

    #[test]
    fn the_first_limit_that_would_break_is_the_answer() {
        let budget = Budget { day: Limit { tokens: 100, cents: 0 }, month: Limit { tokens: 0, cents: 5 }, ..Budget::default() };
        let none = Spent::default();
        assert_eq!(budget.admit(spent(60, 0), spent(60, 0), none, spent(40, 0)), Ok(()));
        let over = budget.admit(spent(60, 0), spent(60, 0), spent(1, 0), spent(40, 0)).unwrap_err();
        assert_eq!((over.period, over.is_money, over.used, over.limit), (Period::Day, false, 60, 100));
        let over = budget.admit(none, spent(0, 4_000_000), none, spent(1, 1_000_001)).unwrap_err();
        assert_eq!((over.period, over.is_money, over.used, over.limit), (Period::Month, true, 4, 5));
        assert_eq!(over.to_string(), "the model's money budget of this month is used up (4 of 5 cents)");
        assert_eq!(Budget::default().admit(spent(i64::MAX, i64::MAX), none, none, spent(9, 9)), Ok(()));
    }

    #[test]
    fn a_companys_own_limit_of_a_month_narrows_and_never_widens() {
        let month = |tokens: i64, cents: i64| Limit { tokens, cents };
        let budget = Budget { day: month(7, 7), month: month(100, 0), ..Budget::default() };
        for (own, counts) in [(month(0, 0), month(100, 0)), (month(40, 30), month(40, 30)), (month(400, 0), month(100, 0))] {
            let within = budget.within(own);
            assert_eq!((within.month, within.day), (counts, budget.day));
        }
    }

    #[test]
    fn money_is_exact() {
        let price = Price { prompt_cents_per_million: 200, answer_cents_per_million: 800 };
        assert_eq!(price.of(Usage { prompt_tokens: 1_000, answer_tokens: 500 }), 600_000);
        assert_eq!(estimate_tokens("你好 abc"), 2 + 2);
    }
}
