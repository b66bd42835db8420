//! `dcc decode`: what a code holds, without asking who signed it.

use std::io::{self, Write};

use dcc_codec::{Decoder, Limits, layers};

use crate::args::{DecodeArgs, LangArg};
use crate::commands::each_certificate;
use crate::human::View;
use crate::input::Item;
use crate::{Outcome, layers_view, report};

pub(crate) fn run(args: &DecodeArgs) -> Outcome {
    let view = View::new(LangArg::languages(args.lang), true);
    let decoder = Decoder::new(Limits::default());
    each_certificate(&args.input.inputs, |out, item| {
        let text = match &item.text {
            Ok(text) => text,
            Err(code) => {
                if args.json {
                    writeln!(out, "{}", report::decoded(&item, Some(*code), None))?;
                } else {
                    view.unread(out, &item, *code)?;
                }
                return Ok(false);
            }
        };
        if args.layers {
            return show_layers(args, out, &item, text);
        }
        let decoded = decoder.decode(text);
        let good = decoded.is_ok();
        match (decoded, args.json) {
            (Ok(hcert), false) => view.decoded(out, &item, hcert.dangerous_unverified())?,
            (Err(failure), false) => view.unread(out, &item, failure.reject_code())?,
            (Ok(hcert), true) => {
                let partial = hcert.dangerous_into_unverified().into();
                writeln!(out, "{}", report::decoded(&item, None, Some(&partial)))?;
            }
            (Err(failure), true) => {
                let code = failure.reject_code();
                writeln!(
                    out,
                    "{}",
                    report::decoded(&item, Some(code), Some(failure.partial()))
                )?;
            }
        }
        Ok(good)
    })
}

fn show_layers(
    args: &DecodeArgs,
    out: &mut dyn Write,
    item: &Item,
    text: &str,
) -> io::Result<bool> {
    let layers = layers::inspect(text, &Limits::default());
    if args.json {
        let code = layers.error().map(dcc_codec::DecodeError::reject_code);
        let mut object = report::decoded(item, code, Some(layers.partial()));
        if let Some(members) = object.as_object_mut() {
            members.insert("layers".into(), layers_view::json(&layers));
        }
        writeln!(out, "{object}")?;
    } else {
        layers_view::human(out, item, &layers, LangArg::languages(args.lang))?;
    }
    Ok(layers.error().is_none())
}
