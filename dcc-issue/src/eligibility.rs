//! Eligibility: who gets a certificate, of which doses, with which dose numbers and codes.
//!
//! A policy is a named, versioned object, pure and without input or output: the same subject under
//! the same directory at the same instant gets the same [`EligibilityDecision`], which says about
//! every dose what becomes of it and holds the hash of everything that was looked at (design
//! decision 13). [`Decision5772FullCourse`] and [`AnyDose2022`] are the two of Vietnam; a policy of
//! your own implements [`EligibilityPolicy::judge`] over a [`Course`] that is judged already.

mod coding;
mod course;
mod decision;
mod policy;

pub use coding::{DoseCodes, DoseCoding, computed_kind};
pub use course::{Course, CourseDose, DoseStanding};
pub use decision::{DoseDecision, EligibilityDecision, EligibilityVerdict, Entitlement};
pub use policy::{AnyDose2022, CourseVerdict, Decision5772FullCourse, EligibilityPolicy, policy};

#[cfg(test)]
mod tests;
