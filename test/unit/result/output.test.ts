import fc from 'fast-check';
import { keepEnd, MAX_DEPTH, parseOutput, readOutput, withoutNuls } from '../../../nodes/DefenderLiveResponse/result/output';
import { anyCharacter } from './anyCharacter';
import { fuzz } from './fuzzRuns';

const anyText = fc.string({ unit: anyCharacter, maxLength: 60 });

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

it('tells what a script printed from what PowerShell did', () => {
	const path = 'C:\\Temp\\PSScriptOutputs\\PSScript_Transcript_{1}.txt';
	const banner = `Transcript started, output file is ${path}\r\n`;
	expect(readOutput(`${banner}out\0`)).toEqual({ printed: `${banner}out`, text: 'out', readable: 'out', transcriptPath: path });
	expect(readOutput(`\uFEFF${banner}\uFEFFout`)).toEqual({
		printed: `\uFEFF${banner}\uFEFFout`,
		text: '\uFEFFout',
		readable: 'out',
		transcriptPath: path,
	});
	expect(readOutput('\0\uFEFFo\0ut')).toEqual({ printed: '\uFEFFout', text: '\uFEFFout', readable: 'out' });
});

describe('parsed output', () => {
	it.each([
		['{"a":[1]}', { a: [1] }],
		['[]\r\n', []],
		['  7 ', 7],
		['null', null],
		['no JSON', null],
		['', null],
		['{"a":1', null],
		['starting\n{"free":12}\n', { free: 12 }],
		['{"a":1}\n{"a":2}', { a: 2 }],
	])('%j as JSON', (output, expected) => {
		expect(parseOutput(output, 'json')).toEqual(expected);
	});

	it('is nothing where it is too deep for n8n, whole or behind other lines', () => {
		const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
		const deep = nested(MAX_DEPTH + 1);
		expect([parseOutput(deep, 'json'), parseOutput(`log\n${deep}`, 'json')]).toEqual([null, null]);
		expect(JSON.stringify(parseOutput(nested(MAX_DEPTH), 'json'))).toBe(nested(MAX_DEPTH));
	});

	it.each([
		['a\r\nb\nc', ['a', 'b', 'c']],
		['a\n\nb\n', ['a', 'b']],
		['  a  ', ['  a  ']],
		['half \ud83d', ['half \ud83d']],
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
