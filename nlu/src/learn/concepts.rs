//! English words of customer support that mean nearly the same, in groups. A learner with five examples of an intent has not seen
//! most words customers will use; a group it has seen stands in. Words keep their own gram as well, so many examples can undo a group.
//! General support talk only: no company's, no data set's own terms.

use super::stem::stem;
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

/// One group a line. Forms that `stem` brings together need no repeating.
const GROUPS: &str = "
money cash funds dollars bucks
refund reimburse reimbursement repay repaid
buy purchase bought
pay payment paid
send sent ship dispatch mail post shipment shipping
transfer wire remit remittance moved
receive get got gotten obtain
arrive arrival came come deliver delivery show
lose lost missing misplaced gone disappear vanish
steal stolen theft stole rob thief
wrong incorrect mistake error inaccurate false mistakenly
fail failure unsuccessful failing
decline reject refuse deny denied declining rejection
cancel revert reverse undo withdrawn retract
change modify update edit alter amend adjust switch
verify verification confirm validate authenticate prove proof confirmation
identity id passport identification
fee charge cost price commission expense
exchange convert conversion swap
currency currencies
foreign abroad overseas international foreigner
atm cashpoint
withdraw withdrawal withdrew
topup reload recharge topping
password passcode login credentials
pin code
phone mobile cell cellphone smartphone telephone
app application software
wait pending hold processing awaiting
delay late slow overdue
long duration
where locate location whereabouts
country countries nation europe
age old young child kid children minor adult daughter son teen
limit maximum max cap restriction restricted ceiling
minimum min least
help assist assistance support
need require must necessary requirement
want wish would like prefer
can possible able allowed permitted may could
stop block freeze disable deactivate lock frozen suspend
unblock unlock unfreeze unlocked
activate enable activation activating
close delete terminate remove deletion closing
open create register signup apply opening
twice double duplicate duplicated repeated repeat
multiple several many
quick fast soon rapid urgent asap immediately instant expedite hurry speed
track trace follow status progress
see view visible appear display
statement history
use usage utilize
work function operate functioning
replace replacement substitute
expire expiry expiration expires
damage broken broke crack defective faulty
swallow ate stuck retained kept eaten
why reason explain explanation
strange weird suspicious suspect fraud fraudulent unauthorized scam compromised unknown unrecognized unfamiliar
hack hacked breach
recognize recognise familiar
salary wage paycheck payroll paycheque
check cheque
shop store merchant retailer seller vendor
address home house residence relocate
name surname lastname
link connect attach
choose pick select option
virtual digital online
temporary disposable onetime
physical plastic
tap contactless
friend family relative
automatic auto automatically
not cannot cant dont doesnt didnt wont isnt hasnt havent wasnt couldnt unable never no
problem issue trouble
forgot forget forgotten remember
reset recover restore
today now currently
yesterday recently recent ago
extra additional more another
free complimentary
cheap discount coupon voucher promo promotion sale offer deal
bill invoice receipt
return exchange back
size fit measurement
warranty guarantee repair fix
complain complaint dissatisfied unhappy terrible awful
agent human representative operator person advisor
subscribe subscription plan membership
picture photo image
message text sms notification
email inbox
where whence
which what
source origin
hotel booking reservation book reserve
flight plane airline
weather forecast
train bus tram metro subway
install setup configure installation
computer laptop pc desktop
upgrade update
tool program
recommend suggest recommendation suggestion advice alternative
";

/// The group of a stemmed word, counted from 0.
pub fn of(stemmed: &str) -> Option<u16> {
    static GROUP_OF: OnceLock<FxHashMap<&'static str, u16>> = OnceLock::new();
    let groups = GROUP_OF.get_or_init(|| {
        let mut of = FxHashMap::default();
        for (group, line) in GROUPS.lines().filter(|l| !l.is_empty()).enumerate() {
            line.split(' ').for_each(|word| {
                of.entry(stem(word)).or_insert(group as u16);
            });
        }
        of
    });
    groups.get(stemmed).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_near_synonyms_meet() {
        assert!(of(stem("reimbursed")).is_some());
        assert_eq!(of(stem("reimbursed")), of(stem("refunds")));
        assert_eq!(of(stem("cannot")), of("cant"));
        assert_eq!(of("zebra"), None);
    }
}
