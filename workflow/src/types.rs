//! What an expression gives, as far as its text shows: enough to catch a text compared with a number or a condition that is no
//! condition, before anything runs. Not a full type checker: what comes from outside is `Unknown` and fits everything.

use crate::model::Type;
use cel::IdedExpr;
use cel::common::ast::{Expr as Ast, LiteralValue, operators};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    Unknown,
    Null,
    Boolean,
    Integer,
    Number,
    Text,
    List,
    Object,
    Time,
    Duration,
}

impl Guess {
    pub fn of(kind: Type) -> Guess {
        match kind {
            Type::Text | Type::Time => Guess::Text,
            Type::Integer => Guess::Integer,
            Type::Number => Guess::Number,
            Type::Boolean => Guess::Boolean,
            Type::List => Guess::List,
            Type::Object => Guess::Object,
            Type::Any => Guess::Unknown,
        }
    }

    /// Whether a value like this may be kept where `kind` is asked for.
    pub fn fits(self, kind: Type) -> bool {
        match (self, kind) {
            (Guess::Unknown, _) | (_, Type::Any) => true,
            (Guess::Time, Type::Time | Type::Text) | (Guess::Duration, Type::Integer | Type::Number) => true,
            (Guess::Integer, Type::Number) => true,
            _ => self == Guess::of(kind),
        }
    }

    fn is_number(self) -> bool {
        matches!(self, Guess::Integer | Guess::Number | Guess::Unknown)
    }

    fn comparable(self, other: Guess) -> bool {
        self == other || matches!((self, other), (Guess::Unknown | Guess::Null, _) | (_, Guess::Unknown | Guess::Null)) || {
            self.is_number() && other.is_number()
        }
    }
}

/// Names of CEL's own types may stand where a variable could.
pub(crate) fn is_type_name(name: &str) -> bool {
    matches!(name, "int" | "uint" | "double" | "bool" | "string" | "bytes" | "list" | "map" | "null_type" | "type" | "optional_type")
}

pub(crate) fn guess(expr: &IdedExpr, variable: &dyn Fn(&str) -> Guess) -> Result<Guess, String> {
    match &expr.expr {
        Ast::Literal(literal) => Ok(match literal {
            LiteralValue::Boolean(_) => Guess::Boolean,
            LiteralValue::Double(_) => Guess::Number,
            LiteralValue::Int(_) | LiteralValue::UInt(_) => Guess::Integer,
            LiteralValue::String(_) => Guess::Text,
            LiteralValue::Null => Guess::Null,
            LiteralValue::Bytes(_) => Guess::Unknown,
        }),
        Ast::Ident(name) => Ok(variable(name)),
        Ast::List(list) => list.elements.iter().try_for_each(|e| guess(e, variable).map(drop)).map(|()| Guess::List),
        Ast::Map(_) => Ok(Guess::Object),
        Ast::Select(select) => {
            guess(&select.operand, variable)?;
            Ok(if select.test { Guess::Boolean } else { Guess::Unknown })
        }
        Ast::Call(call) => {
            let target = call.target.as_deref();
            let args = target.into_iter().chain(&call.args).map(|arg| guess(arg, variable)).collect::<Result<Vec<_>, _>>()?;
            applied(&call.func_name, &args)
        }
        Ast::Comprehension(c) => {
            let range = guess(&c.iter_range, variable)?;
            if !matches!(range, Guess::Unknown | Guess::List | Guess::Object) {
                return Err(format!("{range:?} cannot be gone through item by item").to_lowercase());
            }
            Ok(match guess(&c.accu_init, variable)? {
                kind @ (Guess::List | Guess::Boolean) => kind,
                _ => Guess::Unknown,
            })
        }
        Ast::Struct(_) | Ast::Unspecified => Ok(Guess::Unknown),
    }
}

fn applied(function: &str, args: &[Guess]) -> Result<Guess, String> {
    let (a, b) = (args.first().copied().unwrap_or(Guess::Unknown), args.get(1).copied().unwrap_or(Guess::Unknown));
    let clash = |what: &str| Err(format!("{a:?} {what} {b:?} does not go together").to_lowercase());
    match function {
        operators::EQUALS | operators::NOT_EQUALS => {
            if a.comparable(b) {
                Ok(Guess::Boolean)
            } else {
                clash("and")
            }
        }
        operators::LESS | operators::LESS_EQUALS | operators::GREATER | operators::GREATER_EQUALS => {
            let null = a == Guess::Null || b == Guess::Null;
            if a.comparable(b) && !null { Ok(Guess::Boolean) } else { clash("and") }
        }
        operators::LOGICAL_AND | operators::LOGICAL_OR => {
            let fits = |g: Guess| matches!(g, Guess::Boolean | Guess::Unknown);
            if fits(a) && fits(b) { Ok(Guess::Boolean) } else { clash("and") }
        }
        operators::LOGICAL_NOT if !matches!(a, Guess::Boolean | Guess::Unknown) => Err(format!("not {a:?} means nothing").to_lowercase()),
        operators::LOGICAL_NOT | operators::IN => Ok(Guess::Boolean),
        operators::CONDITIONAL => Ok(args.get(2).copied().filter(|c| *c == b).unwrap_or(Guess::Unknown)),
        operators::ADD | operators::SUBSTRACT | operators::MULTIPLY | operators::DIVIDE | operators::MODULO => arithmetic(function, a, b),
        "size" | "int" => Ok(Guess::Integer),
        "double" => Ok(Guess::Number),
        "string" => Ok(Guess::Text),
        "bool" | "contains" | "startsWith" | "endsWith" | "matches" => Ok(Guess::Boolean),
        "timestamp" => Ok(Guess::Time),
        "duration" => Ok(Guess::Duration),
        _ => Ok(Guess::Unknown),
    }
}

fn arithmetic(operator: &str, a: Guess, b: Guess) -> Result<Guess, String> {
    if a == Guess::Unknown || b == Guess::Unknown {
        return Ok(Guess::Unknown);
    }
    let given = match (operator, a, b) {
        (_, Guess::Integer, Guess::Integer) => Guess::Integer,
        (operators::MODULO, _, _) => return Err("the remainder needs two integers".into()),
        (_, Guess::Number, Guess::Number) => Guess::Number,
        (_, Guess::Integer, Guess::Number) | (_, Guess::Number, Guess::Integer) => {
            return Err("an integer and a number with a point: write double(…) around the integer".into());
        }
        (operators::ADD, Guess::Text, Guess::Text) => Guess::Text,
        (operators::ADD, Guess::List, Guess::List) => Guess::List,
        (operators::ADD | operators::SUBSTRACT, Guess::Time, Guess::Duration) => Guess::Time,
        (operators::ADD, Guess::Duration, Guess::Time) => Guess::Time,
        (operators::SUBSTRACT, Guess::Time, Guess::Time) => Guess::Duration,
        (operators::ADD | operators::SUBSTRACT, Guess::Duration, Guess::Duration) => Guess::Duration,
        _ => return Err(format!("{a:?} and {b:?} cannot be reckoned with each other").to_lowercase()),
    };
    Ok(given)
}
