//! Black-box tests: an office in a temporary folder, day files dropped into it, and what came of them.
//! Each test is a sentence about Pecete that somebody relies on.

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod auditing;
#[cfg(test)]
mod command_line;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod correcting;
#[cfg(test)]
mod crashing;
#[cfg(test)]
mod daemon;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod encrypted;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod following;
#[cfg(test)]
mod found;
#[cfg(test)]
mod keeping;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod layering;
#[cfg(test)]
mod office;
#[cfg(test)]
mod page;
#[cfg(test)]
mod publishing;
#[cfg(test)]
mod refusing;
#[cfg(test)]
mod reviewing;
#[cfg(test)]
mod seeing;
#[cfg(test)]
mod starting;
#[cfg(test)]
mod stick;
#[cfg(test)]
mod taking;
#[cfg(test)]
mod tampering;
