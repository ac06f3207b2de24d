//! What a filled-in score form is worth. One definition: the mean of the points of all criteria that apply, by weight; 0 when a fatal
//! criterion got its worst answer.

use qn_domain::quality::{Answers, Criterion, CriterionKind, ScoreForm};

/// The answer of a criterion that does not apply.
pub const NOT_APPLICABLE: &str = "na";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Score {
    /// 0 to 10,000.
    pub score_x100: i64,
    /// A fatal criterion failed.
    pub fatal: bool,
}

/// Why a form has no score yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unscored {
    /// The criterion has no answer.
    Missing(String),
    /// The answer is none of the criterion's.
    Unknown(String),
    /// Nothing applies, so nothing can be said.
    Nothing,
}

pub fn score(form: &ScoreForm, answers: &Answers) -> Result<Score, Unscored> {
    let (mut weights, mut points, mut fatal) = (0, 0, false);
    for criterion in form.criteria() {
        let answer = answers.get(&criterion.key).map_or("", |answer| answer.value.as_str());
        if answer.is_empty() {
            return Err(Unscored::Missing(criterion.key.clone()));
        }
        if answer == NOT_APPLICABLE && criterion.optional {
            continue;
        }
        let got = points_of(criterion, answer).ok_or_else(|| Unscored::Unknown(criterion.key.clone()))?;
        weights += criterion.weight;
        points += criterion.weight * got;
        fatal |= criterion.fatal && got == worst(criterion);
    }
    if weights == 0 {
        return Err(Unscored::Nothing);
    }
    let mean = (points * 100 + weights / 2) / weights;
    Ok(Score { score_x100: if fatal { 0 } else { mean }, fatal })
}

/// 0 to 100; None for what is no answer of the criterion.
fn points_of(criterion: &Criterion, answer: &str) -> Option<i64> {
    match criterion.kind {
        CriterionKind::YesNo => match answer {
            "yes" => Some(100),
            "no" => Some(0),
            _ => None,
        },
        CriterionKind::Scale => match answer {
            "1" => Some(0),
            "2" => Some(25),
            "3" => Some(50),
            "4" => Some(75),
            "5" => Some(100),
            _ => None,
        },
        CriterionKind::Choice => criterion.options.iter().find(|option| option.key == answer).map(|option| option.points),
    }
}

fn worst(criterion: &Criterion) -> i64 {
    match criterion.kind {
        CriterionKind::YesNo | CriterionKind::Scale => 0,
        CriterionKind::Choice => criterion.options.iter().map(|option| option.points).min().unwrap_or(0),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use qn_domain::quality::{Answer, ScoreOption, ScoreSection};

    fn criterion(key: &str, kind: CriterionKind, weight: i64) -> Criterion {
        let option = |key: &str, points| ScoreOption { key: key.into(), zh: key.into(), en: key.into(), points };
        Criterion {
            key: key.into(),
            zh: key.into(),
            en: key.into(),
            note: String::new(),
            kind,
            options: vec![option("full", 100), option("half", 50), option("poor", 10)],
            weight,
            fatal: false,
            optional: false,
        }
    }

    fn form(criteria: Vec<Criterion>) -> ScoreForm {
        let section = ScoreSection { zh: "服务".into(), en: "Service".into(), criteria };
        ScoreForm { zh: "通用".into(), en: "General".into(), note: String::new(), sections: vec![section] }
    }

    fn answers(said: &[(&str, &str)]) -> Answers {
        said.iter().map(|(key, value)| ((*key).to_owned(), Answer { value: (*value).to_owned(), note: String::new() })).collect()
    }

    #[test]
    fn a_score_is_the_weighted_mean_of_what_applies() {
        let mut tone = criterion("tone", CriterionKind::Scale, 1);
        tone.optional = true;
        let form = form(vec![criterion("solved", CriterionKind::YesNo, 2), tone, criterion("words", CriterionKind::Choice, 3)]);
        let of = |said: &[(&str, &str)]| score(&form, &answers(said)).map(|s| s.score_x100);
        assert_eq!(of(&[("solved", "yes"), ("tone", "5"), ("words", "full")]), Ok(10_000));
        assert_eq!(of(&[("solved", "yes"), ("tone", "2"), ("words", "half")]), Ok(6_250), "(2 × 100 + 1 × 25 + 3 × 50) / 6");
        assert_eq!(of(&[("solved", "no"), ("tone", "na"), ("words", "half")]), Ok(3_000), "what does not apply is not counted");
        assert_eq!(of(&[("solved", "no"), ("tone", "na")]), Err(Unscored::Missing("words".into())));
        assert_eq!(of(&[("solved", "na"), ("tone", "na"), ("words", "full")]), Err(Unscored::Unknown("solved".into())));
    }

    #[test]
    fn the_worst_answer_of_a_fatal_criterion_is_the_whole_score() {
        let mut privacy = criterion("privacy", CriterionKind::Choice, 1);
        privacy.fatal = true;
        let form = form(vec![privacy, criterion("solved", CriterionKind::YesNo, 99)]);
        let of = |privacy| score(&form, &answers(&[("privacy", privacy), ("solved", "yes")])).unwrap();
        assert_eq!(of("poor"), Score { score_x100: 0, fatal: true });
        assert_eq!(of("half"), Score { score_x100: 9_950, fatal: false });
    }

    #[test]
    fn a_form_where_nothing_applies_has_no_score() {
        let mut tone = criterion("tone", CriterionKind::Scale, 1);
        tone.optional = true;
        assert_eq!(score(&form(vec![tone]), &answers(&[("tone", "na")])), Err(Unscored::Nothing));
    }
}
