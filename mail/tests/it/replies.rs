//! Folding of quotes and signatures, in the forms that people's mail programs write.

use crate::read;
use qn_mail::{Kind, fold, of_html, split_signature};

fn plain(body: &str) -> qn_mail::Folded {
    read(&format!("From: 李雷 <lilei@example.com>\nContent-Type: text/plain; charset=utf-8\n\n{body}")).body
}

#[test]
fn quotes_of_the_mail_programs_people_use() {
    let bodies = [
        // QQ mail
        "我要退货\n\n\n------------------ 原始邮件 ------------------\n发件人: \"客服\" <support@shop.example>;\n发送时间: 2024年3月1日(星期五) 中午12:00\n收件人: \"李雷\"<lilei@example.com>;\n主题: 订单\n\n您好\n",
        // NetEase on the web
        "我要退货\n\n\n\n\n在 2024-03-01 12:00:00，\"客服\" <support@shop.example> 写道：\n\n您好，请问\n",
        "我要退货\n\n\nAt 2024-03-01 12:00:00, \"support\" <support@shop.example> wrote:\n>您好\n",
        // NetEase's app
        "我要退货\n\n---- 回复的原邮件 ----\n| 发件人 | support@shop.example |\n| 日期 | 2024年03月01日 |\n您好\n",
        // Foxmail
        "我要退货\n\n\n\n李雷\n \n发件人： 客服\n发送时间： 2024-03-01 12:00\n收件人： lilei\n主题： 订单\n您好\n",
        // Outlook
        "我要退货\n\n________________________________\nFrom: Support <support@shop.example>\nSent: Friday, March 1, 2024 12:00 PM\nTo: Li Lei <lilei@example.com>\nSubject: Order\n\nHello\n",
        // Alibaba mail
        "我要退货\n------------------------------------------------------------------\n发件人：客服 <support@shop.example>\n发送时间：2024年3月1日(星期五) 12:00\n收件人：李雷 <lilei@example.com>\n主　题：订单\n\n您好\n",
        // iPhone
        "我要退货\n\n发自我的iPhone\n\n> 在 2024年3月1日，12:00，客服 <support@shop.example> 写道：\n> \n> ﻿您好\n",
        // Gmail, wrapped
        "我要退货\n\nOn Fri, Mar 1, 2024 at 12:00 PM A Very Long Name Of A Shop\n<support@shop.example> wrote:\n\n> 您好\n",
        "我要退货\n\n客服 <support@shop.example> 于2024年3月1日周五 12:00写道：\n\n> 您好\n>\n",
    ];
    for body in bodies {
        let folded = plain(body);
        assert_eq!(folded.fresh(), "我要退货", "{body}");
        assert!(folded.quoted().contains("您好") || folded.quoted().contains("Hello"), "{body}");
    }
}

#[test]
fn quotes_in_html() {
    for html in [
        // QQ mail
        "<div>我要退货</div><div><br></div><div style=\"font-size: 12px\">------------------&nbsp;原始邮件&nbsp;------------------</div><div style=\"background:#efefef\"><div><b>发件人:</b>&nbsp;\"客服\"</div><div><b>发送时间:</b>&nbsp;2024年3月1日</div><div><b>主题:</b>&nbsp;订单</div></div><div>您好</div>",
        // NetEase
        "<div>我要退货</div><p>在 2024-03-01 12:00:00，\"客服\" &lt;support@shop.example&gt; 写道：</p><blockquote id=\"isReplyContent\"><div>您好</div></blockquote>",
        // Foxmail
        "<div>我要退货</div><hr><blockquote style=\"margin-Top: 0px\"><div style=\"border:none;border-top:solid #B5C4DF 1.0pt\"><div><b>发件人：</b> 客服</div><div><b>发送时间：</b> 2024</div><div><b>主题：</b> 订单</div></div>您好</blockquote>",
        // Outlook on the web
        "<div>我要退货</div><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\"><b>From:</b> Support<br><b>Sent:</b> Friday<br><b>To:</b> Li<br></div><div>您好</div>",
        "<div dir=ltr>我要退货</div><br><div class=\"gmail_quote gmail_quote_container\"><div dir=ltr class=gmail_attr>On Fri wrote:<br></div><blockquote class=gmail_quote>您好</blockquote></div>",
        "<html><body><div>我要退货</div><div><br><blockquote type=\"cite\"><div>On Mar 1, 2024, at 12:00, Support &lt;s@x&gt; wrote:</div>您好</blockquote></div></body></html>",
    ] {
        let folded = fold(&of_html(html), false);
        assert_eq!(folded.reply(), "我要退货", "{html}");
        assert!(folded.quoted().contains("您好"), "{html}");
    }
}

#[test]
fn answers_between_and_below_quotes_are_kept() {
    let folded = plain("> 颜色？\n红色\n\n> 尺码？\n\n大号\n");
    assert_eq!(folded.fresh(), "红色\n\n大号");
    let kinds: Vec<Kind> = folded.spans.iter().map(|span| span.kind).collect();
    assert_eq!(kinds, [Kind::Quoted, Kind::Fresh, Kind::Quoted, Kind::Fresh]);
    assert_eq!(plain("On 01/02/2024 10:00 AM, Ann wrote:\n> Hi\nBelow\n").fresh(), "Below");
}

#[test]
fn nothing_of_the_customers_own_is_folded() {
    for body in [
        "> only a quote\n",
        "From: Beijing\nTo: Shanghai\nDate: 5 May\nTwo seats please\n",
        "发件人不对，主题也不对，怎么办？",
        "订单号：\n2024-03-01 12345\n我的电话：\n13800138000",
        "On Monday I wrote: nothing arrived.\nOn Tuesday nothing either.",
        "价格 > 100 的\n- 第一\n- 第二",
        "收件人：李雷\n电话：13800138000\n地址：北京",
    ] {
        assert_eq!(plain(body).reply(), body.trim(), "{body}");
        assert_eq!(plain(body).quoted(), "", "{body}");
    }
}

#[test]
fn what_was_sent_on_is_read() {
    let body = "请看\n\n---------- Forwarded message ---------\nFrom: Shop <shop@example.com>\nDate: Fri, Mar 1, 2024\nSubject: Order\nTo: me\n\n订单 123\n";
    assert!(plain(body).fresh().contains("订单 123"));
    let mail = read(&format!(
        "From: a@x.example\nSubject: 转发: 订单\nContent-Type: text/plain; charset=utf-8\n\n{}",
        "请看\n\n发件人: 店\n发送时间: 今天\n收件人: 我\n主题: 订单\n\n订单 123\n"
    ));
    assert!(mail.body.fresh().contains("订单 123"));
}

#[test]
fn signatures_are_set_apart() {
    let folded = plain("我要退货\n\n谢谢！\n李雷\n13800138000\n");
    assert_eq!((folded.fresh().as_str(), folded.signature().as_str()), ("我要退货", "谢谢！\n李雷\n13800138000"));
    assert_eq!(plain("我要退货\n\n-- \nLi Lei\nExample Ltd\n").fresh(), "我要退货");
    assert_eq!(plain("我要退货\n\n从 QQ 邮箱发送\n").signature(), "从 QQ 邮箱发送");
    for text in ["订单到哪了\n\n订单号 123456\n电话 13800138000", "谢谢", "Hi\n\nPlease call me: +86 138 0013 8000"] {
        assert_eq!(split_signature(text, ""), (text.to_owned(), None), "{text}");
    }
}
