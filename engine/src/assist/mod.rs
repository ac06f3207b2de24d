//! What helps agents and the bot find words: suggested answers, drafts and summaries. Everything here works without a language model;
//! with one it works better, within the tenant's budget.

mod books;
