//! Why a document was not read, in words for whoever brought it.

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    #[error("this kind of file is not read; known are md, txt, html, csv, xlsx, docx and pdf")]
    Unknown,
    #[error("the file has more than {mib} MiB")]
    TooLarge { mib: usize },
    /// It would unpack to far more than it is, as a file made to do harm does.
    #[error("the file unpacks to more than {mib} MiB and was not read")]
    Bomb { mib: usize },
    #[error("the file is damaged or not what its name says: {reason}")]
    Broken { reason: String },
    #[error("the PDF is protected by a password")]
    Encrypted,
    #[error("the file holds no text; a scanned page needs text recognition first")]
    NoText,
    #[error("the table needs a column named question (问题) or title (标题), and one named answer (答案) or body (内容)")]
    NoColumns,
    #[error("line {line}: {text:?} is no date; write it like 2026-11-30")]
    NoDate { line: usize, text: String },
    #[error("the table has more than {most} rows; bring it in parts")]
    TooManyRows { most: usize },
    #[error("a table is needed: csv or xlsx")]
    NoTable,
    #[error("reading took longer than {s} s and was given up")]
    TooSlow { s: u64 },
}

impl DocumentError {
    pub(crate) fn broken(reason: impl std::fmt::Display) -> Self {
        let reason = reason.to_string();
        Self::Broken { reason: qn_base::text::truncate(&reason, 200).to_owned() }
    }

    /// A stable word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::TooLarge { .. } => "too_large",
            Self::Bomb { .. } => "bomb",
            Self::Broken { .. } => "broken",
            Self::Encrypted => "encrypted",
            Self::NoText => "no_text",
            Self::NoColumns => "no_columns",
            Self::NoDate { .. } => "no_date",
            Self::NoTable => "no_table",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::TooSlow { .. } => "too_slow",
        }
    }

    /// The same for readers of Chinese.
    pub fn chinese(&self) -> String {
        match self {
            Self::Unknown => "不支持这种文件，可以导入 md、txt、html、csv、xlsx、docx 和 pdf".to_owned(),
            Self::TooLarge { mib } => format!("文件超过 {mib} MiB"),
            Self::Bomb { mib } => format!("文件解压后超过 {mib} MiB，没有读取"),
            Self::Broken { reason } => format!("文件已损坏，或与扩展名不符：{reason}"),
            Self::Encrypted => "PDF 有密码保护".to_owned(),
            Self::NoText => "文件里没有文字；扫描件需要先做文字识别".to_owned(),
            Self::NoColumns => "表格需要一列叫“问题”（question）或“标题”（title），一列叫“答案”（answer）或“内容”（body）".to_owned(),
            Self::TooManyRows { most } => format!("表格超过 {most} 行，请分成几份"),
            Self::NoTable => "需要表格文件：csv 或 xlsx".to_owned(),
            Self::NoDate { line, text } => format!("第 {line} 行的“{text}”不是日期，请写成 2026-11-30 这样"),
            Self::TooSlow { s } => format!("读取超过 {s} 秒，已放弃"),
        }
    }
}
