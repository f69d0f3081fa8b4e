#!/usr/bin/env bash
# Package:  anser 2.3.5, ansi-to-html 0.7.2, ansi_up 6.0.6 (npm)
# Input:    SGR sequences with an empty parameter, with a colour in its standard form with colons, and with a colour of the
#           underline.
# Expected: ECMA-48, 5.4.2: an empty parameter has its default, so `31;;1` is `31;0;1`, and a colon separates parts of one
#           parameter. ITU-T T.416, 13.1.8: `38:5:196` is a colour. Terminals (xterm, kitty) read `58;5;196` as the colour of the underline.
#           A terminal shows `X` alone in all three.
# Seen:     ansi-to-html prints the rest of a sequence with an empty parameter, all three print the form with colons, and two
#           take the 5 within `58;5;196` for blinking text.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes > /dev/null
npm install --silent --no-audit --ignore-scripts anser@2.3.5 ansi-to-html@0.7.2 ansi_up@6.0.6

cat > try.mjs <<'JS'
import { AnsiUp } from 'ansi_up';
import anser from 'anser';
import AnsiToHtml from 'ansi-to-html';

for (const parameters of ['31;;1', '38:5:196', '58;5;196']) {
  const text = `\x1b[${parameters}mX`;
  console.log(parameters);
  console.log('  anser       ', JSON.stringify(anser.ansiToHtml(text)));
  console.log('  ansi-to-html', JSON.stringify(new AnsiToHtml().toHtml(text)));
  console.log('  ansi_up     ', JSON.stringify(new AnsiUp().ansi_to_html(text)));
}
JS
node try.mjs | tee actual
diff actual - <<'SEEN'
31;;1
  anser        "<span style=\"font-weight:bold\">X</span>"
  ansi-to-html ";1mX"
  ansi_up      "<span style=\"font-weight:bold\">X</span>"
38:5:196
  anser        "38:5:196mX"
  ansi-to-html ":5:196mX"
  ansi_up      "[38:5:196mX"
58;5;196
  anser        "<span style=\"text-decoration:blink\">X</span>"
  ansi-to-html "<blink>X</blink>"
  ansi_up      "X"
SEEN
