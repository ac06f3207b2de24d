//! Learning primitives shared by the trained models (intents, emotion, question match): features, a linear learner, calibration,
//! measures and a safe file format. Pure and deterministic: the same examples, options and seed give the same bytes, however many
//! threads. No model of a particular task lives here.

pub mod bayes;
pub mod boost;
pub mod calibrate;
pub mod codec;
pub mod concepts;
pub mod folds;
pub mod grams;
pub mod linear;
pub mod measure;
pub mod rng;
pub mod rows;
pub mod stem;
pub mod svm;
pub mod vectoriser;
