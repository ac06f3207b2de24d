//! Full-text search over messages. `tokens` is one pure tokeniser for writing and asking, made so that no term can be lost:
//! every CJK character and every pair of neighbours, and whole lower-cased words of everything else.
//! The index only finds candidates; what is shown was compared with the stored text. A background reader of the log fills it.

use crate::Page;
use crate::args::args;
use crate::db::{Db, Dialect};
use crate::each::Rows;
use crate::error::{Result, json, word};
use qn_base::{Timestamp, text};
use qn_domain::{Content, ConversationId, MessageId, MessageKind, TenantId};
use sqlx::FromRow;
use std::collections::BTreeSet;

/// The reader's name in the follower table.
const FOLLOWER: &str = "message_search";
/// Longer words are found by their beginning.
const WORD_CHARS_MAX: usize = 32;
/// A query is cut to this.
const QUERY_CHARS_MAX: usize = 200;
/// The last word of a query also matches longer words, if it has this many characters.
const PREFIX_CHARS_MIN: usize = 3;
/// Candidates read from the index at once, and in all for one page.
const CANDIDATES: i64 = 200;
const CANDIDATES_MAX: i64 = 2_000;

/// A message that holds everything that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    pub message_id: MessageId,
    pub conversation_id: ConversationId,
    pub seq: i64,
    pub kind: MessageKind,
    pub author_name: String,
    /// The text, one line, cut around the first match.
    pub snippet: String,
    pub at: Timestamp,
}

/// Lower case, full-width letters and digits as their common form: what is compared, on both sides.
pub fn fold(text: &str) -> String {
    folded(text).collect()
}

fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    let common = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    };
    text.chars().map(common).flat_map(char::to_lowercase)
}

/// The distinct tokens of a text. Each is ASCII letters and digits only (other characters as hexadecimal), so that neither
/// database's own tokeniser can change it; two characters that collide are told apart when the candidate is compared.
pub fn tokens(text: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    let mut last_cjk: Option<char> = None;
    let mut run: Option<(Kind, String, usize)> = None;
    for c in folded(text) {
        let kind = Kind::of(c);
        if run.as_ref().is_some_and(|(k, _, _)| Some(*k) != kind || *k == Kind::Cjk) {
            out.extend(run.take().map(|(_, token, _)| token));
        }
        let Some(kind) = kind else {
            last_cjk = None;
            continue;
        };
        if kind == Kind::Cjk {
            if let Some(before) = last_cjk {
                let mut pair = code(before);
                push_code(&mut pair, c);
                out.insert(pair);
            }
            out.insert(code(c));
            last_cjk = Some(c);
            continue;
        }
        last_cjk = None;
        let (_, token, chars) = run.get_or_insert_with(|| (kind, String::new(), 0));
        if *chars < WORD_CHARS_MAX {
            push_code(token, c);
            *chars += 1;
        }
    }
    out.extend(run.map(|(_, token, _)| token));
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Cjk,
    Letters,
    Digits,
}

impl Kind {
    fn of(c: char) -> Option<Kind> {
        match c {
            c if text::is_cjk(c) => Some(Kind::Cjk),
            c if c.is_numeric() => Some(Kind::Digits),
            c if c.is_alphabetic() => Some(Kind::Letters),
            _ => None,
        }
    }
}

fn code(c: char) -> String {
    let mut code = String::with_capacity(8);
    push_code(&mut code, c);
    code
}

/// At least four hexadecimal digits, written by hand: this runs for every character of every message.
fn push_code(out: &mut String, c: char) {
    if c.is_ascii_alphanumeric() {
        return out.push(c);
    }
    let n = c as u32;
    let digits = if n > 0xF_FFFF {
        6
    } else if n > 0xFFFF {
        5
    } else {
        4
    };
    for place in (0..digits).rev() {
        out.push(char::from_digit((n >> (4 * place)) & 0xF, 16).unwrap_or('0'));
    }
}

/// A token that only this tenant's messages carry: the index itself keeps tenants apart.
fn tenant_token(tenant_id: &TenantId) -> String {
    let body: String =
        tenant_id.as_str().bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b.to_ascii_lowercase()) } else { '0' }).collect();
    format!("q{body}")
}

/// The index query for the pieces of a search, in the database's own syntax; none when nothing can be looked up.
fn index_query(dialect: Dialect, tenant_id: &TenantId, pieces: &[String]) -> Option<String> {
    let mut terms: BTreeSet<(String, bool)> = BTreeSet::new();
    for piece in pieces {
        let found = tokens(piece);
        let last_word: String = piece.chars().rev().take_while(|c| matches!(Kind::of(*c), Some(Kind::Letters))).collect();
        let last_word: String = last_word.chars().rev().take(WORD_CHARS_MAX).map(code).collect();
        let pairs = found.iter().any(|t| t.len() > 4);
        for token in found {
            let prefix = token == last_word && token.len() >= PREFIX_CHARS_MIN;
            let implied = pairs && is_single_cjk(&token) && piece_has_pair_with(piece, &token);
            if !implied {
                terms.insert((token, prefix));
            }
        }
    }
    if terms.is_empty() {
        return None;
    }
    terms.insert((tenant_token(tenant_id), false));
    let (join, quote, star) = match dialect {
        Dialect::Sqlite => (" AND ", '"', " *"),
        Dialect::Postgres => (" & ", '\'', ":*"),
    };
    let terms: Vec<String> = terms.iter().map(|(t, prefix)| format!("{quote}{t}{quote}{}", if *prefix { star } else { "" })).collect();
    Some(terms.join(join))
}

fn is_single_cjk(token: &str) -> bool {
    u32::from_str_radix(token, 16).ok().and_then(char::from_u32).is_some_and(text::is_cjk)
}

/// A pair already says that both its characters are there.
fn piece_has_pair_with(piece: &str, token: &str) -> bool {
    let chars: Vec<char> = piece.chars().collect();
    chars.windows(2).any(|w| text::is_cjk(w[0]) && text::is_cjk(w[1]) && (code(w[0]) == token || code(w[1]) == token))
}

#[derive(FromRow)]
struct CandidateRow {
    pk: i64,
    conversation_id: String,
    seq: i64,
    kind: String,
    author_name: String,
    content: String,
    created_at: i64,
}

const CANDIDATES_SQLITE: &str = "SELECT m.pk, m.conversation_id, m.seq, m.kind, m.author_name, m.content, m.created_at \
    FROM message_search s JOIN message m ON m.pk = s.rowid \
    WHERE s.message_search MATCH $1 AND s.rowid < $2 AND m.tenant_id = $3 ORDER BY s.rowid DESC LIMIT $4";
const CANDIDATES_POSTGRES: &str = "SELECT m.pk, m.conversation_id, m.seq, m.kind, m.author_name, m.content, m.created_at \
    FROM message_search s JOIN message m ON m.pk = s.pk \
    WHERE s.tokens @@ CAST($1 AS TSQUERY) AND s.pk < $2 AND m.tenant_id = $3 ORDER BY s.pk DESC LIMIT $4";

/// Messages that hold every space-separated piece of `query`, newest first.
pub async fn messages(db: &Db, tenant_id: &TenantId, query: &str, cursor: Option<&str>, limit: i64) -> Result<Page<Hit>> {
    let mut before = crate::below(cursor)?;
    let query = fold(&text::line(query, QUERY_CHARS_MAX));
    let pieces: Vec<String> = query.split_whitespace().map(str::to_owned).collect();
    let Some(index_query) = index_query(db.dialect(), tenant_id, &pieces) else {
        return Ok(Page { items: Vec::new(), next_cursor: None });
    };
    let sql = db.dialect().pick(CANDIDATES_SQLITE, CANDIDATES_POSTGRES);
    let (mut items, mut looked_at) = (Vec::new(), 0);
    loop {
        let rows: Vec<CandidateRow> = db.all(sql, args![&index_query, before, tenant_id.as_str(), CANDIDATES]).await?;
        let exhausted = (rows.len() as i64) < CANDIDATES;
        for row in rows {
            looked_at += 1;
            before = row.pk;
            items.extend(compare(row, &pieces)?);
            if items.len() as i64 >= limit {
                return Ok(Page { items, next_cursor: Some(before.to_string()) });
            }
        }
        if exhausted {
            return Ok(Page { items, next_cursor: None });
        }
        if looked_at >= CANDIDATES_MAX {
            return Ok(Page { items, next_cursor: Some(before.to_string()) });
        }
    }
}

fn compare(row: CandidateRow, pieces: &[String]) -> Result<Option<Hit>> {
    let searched = searched_text(&json("message.content", &row.content)?);
    let folded = fold(&searched);
    if !pieces.iter().all(|p| folded.contains(p.as_str())) {
        return Ok(None);
    }
    let conversation_id = ConversationId(row.conversation_id);
    Ok(Some(Hit {
        message_id: MessageId::at(&conversation_id, row.seq),
        conversation_id,
        seq: row.seq,
        kind: word("message.kind", &row.kind, MessageKind::parse)?,
        author_name: row.author_name,
        snippet: snippet(&searched, pieces.first().map_or("", String::as_str)),
        at: row.created_at,
    }))
}

/// One line of at most 120 characters around the first match.
pub fn snippet(text: &str, folded_piece: &str) -> String {
    let line = text::line(text, usize::MAX);
    let start = fold(&line).find(folded_piece).map_or(0, |byte| fold(&line)[..byte].chars().count());
    if start < 80 {
        return text::truncate(&line, 120).to_owned();
    }
    let tail: String = line.chars().skip(start - 40).take(119).collect();
    format!("…{tail}")
}

fn searched_text(content: &Content) -> String {
    let names = content.attachments.iter().map(|a| a.name.as_str());
    std::iter::once(content.text.as_str()).chain(names).collect::<Vec<_>>().join("\n")
}

#[derive(FromRow)]
struct IndexedRow {
    pk: i64,
    kind: String,
    content: String,
    recalled_at: Option<i64>,
}

const CREATED: &str = "SELECT m.pk, m.kind, m.content, m.recalled_at FROM log l \
    JOIN message m ON m.conversation_id = l.conversation_id AND m.seq BETWEEN l.seq_from AND l.seq_to \
    WHERE l.tenant_id = $1 AND l.seq > $2 AND l.seq <= $3 AND m.tenant_id = $1";
/// Only those whose words changed; a delivery report changes none. CROSS JOIN keeps SQLite from reading whole conversations.
const CHANGED_SQLITE: &str = "SELECT m.pk, m.kind, m.content, m.recalled_at FROM log l CROSS JOIN json_each(l.updated_seqs) u \
    CROSS JOIN message m ON m.conversation_id = l.conversation_id AND m.seq = CAST(u.value AS BIGINT) \
    WHERE l.tenant_id = $1 AND l.seq > $2 AND l.seq <= $3 AND m.tenant_id = $1 AND (m.edited_at IS NOT NULL OR m.recalled_at IS NOT NULL)";
const CHANGED_POSTGRES: &str = "SELECT m.pk, m.kind, m.content, m.recalled_at FROM log l \
    CROSS JOIN LATERAL jsonb_array_elements_text(CAST(l.updated_seqs AS JSONB)) AS u (value) \
    JOIN message m ON m.conversation_id = l.conversation_id AND m.seq = CAST(u.value AS BIGINT) \
    WHERE l.tenant_id = $1 AND l.seq > $2 AND l.seq <= $3 AND m.tenant_id = $1 AND (m.edited_at IS NOT NULL OR m.recalled_at IS NOT NULL)";

const WRITE_SQLITE: &str =
    "INSERT OR REPLACE INTO message_search (rowid, tokens) SELECT CAST(value->>0 AS BIGINT), value->>1 FROM json_each($1)";
const WRITE_POSTGRES: &str = "INSERT INTO message_search (pk, tokens) \
    SELECT CAST(value->>0 AS BIGINT), array_to_tsvector(string_to_array(value->>1, ' ')) FROM jsonb_array_elements(CAST($1 AS JSONB)) \
    ON CONFLICT (pk) DO UPDATE SET tokens = excluded.tokens";
const FORGET_SQLITE: &str = "DELETE FROM message_search WHERE rowid IN (SELECT CAST(value->>0 AS BIGINT) FROM json_each($1))";
const FORGET_POSTGRES: &str =
    "DELETE FROM message_search WHERE pk IN (SELECT CAST(value->>0 AS BIGINT) FROM jsonb_array_elements(CAST($1 AS JSONB)))";

/// Brings the index forward by up to `limit` log entries in one transaction. True when there may be more to do at once.
pub async fn index_after(db: &Db, tenant_id: &TenantId, limit: i64) -> Result<bool> {
    let tenant = tenant_id.as_str();
    let from = crate::follower::position(db, FOLLOWER, tenant_id).await?;
    let Some(to) = crate::follower::next(db, tenant_id, from, limit).await? else { return Ok(false) };
    let mut messages: Vec<IndexedRow> = db.all(CREATED, args![tenant, from, to]).await?;
    messages.extend(db.all::<IndexedRow>(db.dialect().pick(CHANGED_SQLITE, CHANGED_POSTGRES), args![tenant, from, to]).await?);
    let (write, forget) = index_rows(tenant_id, messages)?;
    let mut tx = db.begin().await?;
    if !crate::follower::take(&mut tx, FOLLOWER, tenant_id, from, to).await? {
        return Ok(true);
    }
    let dialect = tx.dialect();
    if !forget.is_empty() {
        tx.run(dialect.pick(FORGET_SQLITE, FORGET_POSTGRES), forget.finish()).await?;
    }
    if !write.is_empty() {
        tx.run(dialect.pick(WRITE_SQLITE, WRITE_POSTGRES), write.finish()).await?;
    }
    tx.commit().await?;
    Ok(to - from >= limit)
}

/// What to write and what to drop. A message both created and changed in this stretch appears twice; one row is enough.
fn index_rows(tenant_id: &TenantId, mut messages: Vec<IndexedRow>) -> Result<(Rows, Rows)> {
    messages.sort_by_key(|m| m.pk);
    messages.dedup_by_key(|m| m.pk);
    let (mut write, mut forget) = (Rows::default(), Rows::default());
    for m in messages {
        if m.kind == MessageKind::Activity.as_str() {
            continue;
        }
        let mut found = tokens(&searched_text(&json("message.content", &m.content)?));
        if m.recalled_at.is_some() || found.is_empty() {
            forget.row().int(m.pk);
            continue;
        }
        found.insert(tenant_token(tenant_id));
        write.row().int(m.pk).text(&found.into_iter().collect::<Vec<_>>().join(" "));
    }
    Ok((write, forget))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn sorted(text: &str) -> Vec<String> {
        tokens(text).into_iter().collect()
    }

    #[test]
    fn characters_pairs_words_and_numbers() {
        assert_eq!(sorted("退款iPhone15!"), ["15", "6b3e", "9000", "90006b3e", "iphone"]);
        assert_eq!(sorted("ＡＢ１"), ["1", "ab"]);
        assert_eq!(sorted("你，好"), ["4f60", "597d"]);
        assert!(sorted("--- 😀").is_empty());
        assert_eq!(sorted("é"), ["00e9"]);
    }

    #[test]
    fn no_token_has_anything_but_ascii_letters_and_digits() {
        for text in ["क्या हाल", "ก็ดี", "Ünïcödé", "゠・ー", "한국어", "a\u{301}"] {
            for token in tokens(text) {
                assert!(token.bytes().all(|b| b.is_ascii_alphanumeric()), "{token}");
            }
        }
    }

    #[test]
    fn the_query_asks_for_pairs_and_lets_the_last_word_grow() {
        let tenant = TenantId::from("tnt_A1");
        let ask = |text: &str| {
            let pieces: Vec<String> = fold(text).split_whitespace().map(str::to_owned).collect();
            index_query(Dialect::Sqlite, &tenant, &pieces)
        };
        assert_eq!(ask("退款").unwrap(), "\"90006b3e\" AND \"qtnt0a1\"");
        assert_eq!(ask("退").unwrap(), "\"9000\" AND \"qtnt0a1\"");
        assert_eq!(ask("Refu").unwrap(), "\"qtnt0a1\" AND \"refu\" *");
        assert_eq!(ask("!!"), None);
    }

    #[test]
    fn the_snippet_shows_the_match() {
        let long = format!("{} 退款在这里", "字".repeat(200));
        let cut = snippet(&long, "退款");
        assert!(cut.starts_with('…') && cut.contains("退款在这里"));
        assert_eq!(snippet("短文", "短"), "短文");
    }
}
