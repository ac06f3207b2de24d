//! A customer takes an earlier answer back while a flow asks something else.

use crate::flows::{Stage, refund, said};
use qn_domain::Message;

#[tokio::test]
async fn a_customer_corrects_an_earlier_answer_while_a_later_question_is_open() {
    let stage = Stage::open().await;
    refund(&stage).await;
    let mei = stage.house.visitor("mei").await;
    let first = stage.house.ask(&mei, "1", "我要退款").await;
    stage.until_said(&first, "请选择要退款的订单").await;
    let second = stage.house.ask(&mei, "2", "A1001").await;
    stage.until_said(&second, "请问退款原因").await;
    let third = stage.house.ask(&mei, "3", "不对，是 B2002 那个").await;
    let asked = |messages: &[Message]| messages.iter().filter(|m| said(m).contains("请问退款原因")).count();
    stage.until(&third, "the question once more", |m| asked(m) == 2).await;
    let fourth = stage.house.ask(&mei, "4", "用了两天就坏了").await;
    stage.until_said(&fourth, "已登记 B2002 手机：用了两天就坏了").await;
}
