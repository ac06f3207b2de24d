//! Tests of the test programs themselves, as far as they hold rules of their own.

mod retail;
