import fc from 'fast-check';
import {
	keepEnd,
	parseOutput,
	takeOffBanner,
	withoutNuls,
} from '../../../nodes/DefenderLiveResponse/result/output';
import { anyCharacter } from './anyCharacter';
import { fuzz } from './fuzzRuns';

const PATH = 'C:\\ProgramData\\Temp\\PSScriptOutputs\\PSScript_Transcript_{1954B499}.txt';
const BANNER = `Transcript started, output file is ${PATH}`;
const anyText = fc.string({ unit: anyCharacter, maxLength: 60 });

describe('the banner', () => {
	it.each([
		['before a line feed', `${BANNER}\nout`, 'out'],
		['before CR LF', `${BANNER}\r\nout\r\nmore`, 'out\r\nmore'],
		['before an empty line', `${BANNER}\n\nout`, '\nout'],
		['as the only line', `${BANNER}\n`, ''],
		['without a line break', BANNER, ''],
		['before NULs', `${BANNER}\n\0`, '\0'],
		['behind a byte order mark', `\uFEFF${BANNER}\nout`, 'out'],
		['with blanks at its end', `${BANNER} \t\nout`, 'out'],
	])('is taken off %s', (_, output, text) => {
		expect(takeOffBanner(output)).toEqual({ text, path: PATH });
	});

	it.each([
		['in the second line', `out\n${BANNER}\nmore`],
		['behind a blank', ` ${BANNER}\nout`],
		['in other words', 'Transcript stopped, output file is C:\\x.txt\nout'],
		['nowhere', 'out'],
		['nowhere, the output being empty', ''],
	])('stays where it is %s', (_, text) => {
		expect(takeOffBanner(text)).toEqual({ text });
	});

	it('is taken off once', () => {
		expect(takeOffBanner(`${BANNER}\n${BANNER}\n`).text).toBe(`${BANNER}\n`);
	});

	it('leaves whatever is behind it as it is', () => {
		fc.assert(
			fc.property(anyText, fc.constantFrom('\n', '\r\n'), (text, lineBreak) => {
				expect(takeOffBanner(BANNER + lineBreak + text)).toEqual({ text, path: PATH });
			}),
			fuzz(),
		);
	});
});

it('takes all NULs away and nothing else', () => {
	expect(withoutNuls('\0a\0\0b\n\0')).toBe('ab\n');
	fc.assert(
		fc.property(anyText, (text) => {
			expect(withoutNuls(text)).toBe([...text].filter((character) => character !== '\0').join(''));
		}),
		fuzz(),
	);
});

describe('keepEnd', () => {
	it.each([
		['abcdef', 0, 'abcdef', 0],
		['abcdef', 6, 'abcdef', 0],
		['abcdef', 7, 'abcdef', 0],
		['abcdef', 2, 'ef', 4],
		['', 3, '', 0],
		['a😀', 2, '😀', 1],
		['a😀', 1, '', 3],
		['😀b', 2, 'b', 2],
		// The first and the last half that there is (U+DC00 of a rat, U+DFFF of a skin tone), and a whole one behind them.
		['a🐀', 1, '', 3],
		['a🏿', 1, '', 3],
		['aＡ', 1, 'Ａ', 1],
	])('of %j in %i characters', (text, length, kept, cut) => {
		expect(keepEnd(text, length)).toEqual({ text: kept, cut });
	});

	it('keeps the end, never more than asked for, and no half characters', () => {
		fc.assert(
			fc.property(anyText, fc.integer({ min: 1, max: 70 }), (text, length) => {
				const kept = keepEnd(text, length);
				expect(kept.text.length).toBeLessThanOrEqual(length);
				expect(kept.text.length).toBeGreaterThanOrEqual(Math.min(text.length, length) - 1);
				expect(text.endsWith(kept.text)).toBe(true);
				expect(kept.cut).toBe(text.length - kept.text.length);
				expect(() => encodeURIComponent(kept.text)).not.toThrow();
			}),
			fuzz(),
		);
	});
});

describe('parsed output', () => {
	it.each([
		['{"a":[1]}', { a: [1] }],
		['[]\r\n', []],
		['  7 ', 7],
		['null', null],
		['no JSON', null],
		['', null],
		['{"a":1}\n{"a":2}', null],
		['{"a":1', null],
	])('%j as JSON', (output, expected) => {
		expect(parseOutput(output, 'json')).toEqual(expected);
	});

	it.each([
		['a\r\nb\nc', ['a', 'b', 'c']],
		['a\n\nb\n', ['a', 'b']],
		['  a  ', ['  a  ']],
		['', []],
	])('%j as lines', (output, expected) => {
		expect(parseOutput(output, 'lines')).toEqual(expected);
	});

	it('brings any JSON value back', () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				const json = JSON.stringify(value);
				expect(parseOutput(json, 'json')).toEqual(JSON.parse(json));
			}),
			fuzz(),
		);
	});
});
