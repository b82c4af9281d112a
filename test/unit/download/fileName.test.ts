/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { gzipSync } from 'node:zlib';
import { cleanFileName, collectedFileName } from '../../../nodes/DefenderLiveResponse/download/fileName';

/** A gzip header with the name of a file (RFC 1952, 2.3.1). */
function gzipNamed(name: string): Uint8Array {
	return Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]), Buffer.from(`${name}\0`, 'latin1'), Buffer.from([1, 2])]);
}
const UNNAMED = gzipSync('content');

describe('a name is cleaned', () => {
	it.each([
		['out.zip', 'out.zip'],
		['C:\\Windows\\Temp\\out.zip', 'out.zip'],
		['/var/log/syslog', 'syslog'],
		['\\\\server\\share\\a.txt', 'a.txt'],
		['..\\..\\..\\Windows\\win.ini', 'win.ini'],
		['../../etc/passwd', 'passwd'],
		['a/..\\b', 'b'],
		['.bashrc', '.bashrc'],
		['archive.tar.gz', 'archive.tar.gz'],
		['two words.txt', 'two words.txt'],
		[' padded.txt ', 'padded.txt'],
		['Grüße 日本語 😀.txt', 'Grüße 日本語 😀.txt'],
		['what?<is>"this|*.txt', 'what__is__this__.txt'],
		['file.txt:stream', 'file.txt_stream'],
		['line\r\nSet-Cookie: a.txt', 'lineSet-Cookie_ a.txt'],
		['nul\0.txt', '_nul.txt'],
		['C:\\CON', '_CON'],
		['com1.log.txt', '_com1.log.txt'],
		['LPT9', '_LPT9'],
		['x.', 'x.'],
		['x con', 'x con'],
		['con2', 'con2'],
		['a . ', 'a .'],
		['LPT\u00b9 .txt', '_LPT\u00b9 .txt'],
		['console.txt', 'console.txt'],
		['half \ud83d of one.txt', 'half  of one.txt'],
		['bell\x07\x1b[31m.txt', 'bell[31m.txt'],
		['gnp\u202Etxt.exe', 'gnptxt.exe'],
		['\u2066a\u2069\u200b\ufeff.txt', 'a.txt'],
		['a\u2028b.txt', 'ab.txt'],
	])('%j to %j', (name, expected) => {
		expect(cleanFileName(name)).toBe(expected);
	});

	it.each(['', ' ', '.', '..', '...', ' . . ', '/', '\\', 'C:\\dir\\', '../..', '\0', '\u202E', '.\u200b.'])('%j to nothing', (name) => {
		expect(cleanFileName(name)).toBeUndefined();
	});

	it('and shortened so that it keeps its extension', () => {
		const name = cleanFileName(`${'a'.repeat(5_000)}.evtx`) ?? '';
		expect(name.length).toBeLessThanOrEqual(255);
		expect(name).toMatch(/^a+\.evtx$/);
	});

	it('and not shortened where it need not be', () => {
		for (const name of ['a'.repeat(150), 'b'.repeat(200)]) expect(cleanFileName(name)).toBe(name);
		expect(cleanFileName('c'.repeat(201))).toBe('c'.repeat(100));
	});

	it('and shortened between characters', () => {
		// Half of an emoji breaks code that writes the name as UTF-8.
		expect(() => encodeURIComponent(cleanFileName(`${'😀'.repeat(200)}a`) ?? '')).not.toThrow();
	});
});

describe('the name of a collected file', () => {
	it.each([
		['attachment; filename=out.zip.gz', 'out.zip'],
		['attachment; filename="out.zip.gz"', 'out.zip'],
		['attachment; filename="my%20file.txt.gz"', 'my file.txt'],
		['attachment; filename=C%3A%5CTemp%5Ca.log.gz', 'a.log'],
		['attachment; filename=..%2F..%2Fetc%2Fpasswd.gz', 'passwd'],
		['attachment; filename=100%.txt.gz', '100%.txt'],
		["attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe.txt.gz", 'Grüße.txt'],
		['attachment; filename=a.txt.gz; size=5', 'a.txt'],
		['attachment; filename="a;b.txt.gz"; size=5', 'a;b.txt'],
		['attachment; filename=padded.txt.gz ; size=5', 'padded.txt'],
		["attachment; filename*=UTF-8'en'a.txt.gz", 'a.txt'],
		['attachment; filename=a"b.txt.gz', 'a_b.txt'],
		['attachment; filename=a.gz.txt', 'a.gz.txt'],
		['ATTACHMENT; FILENAME="A.TXT.GZ"', 'A.TXT'],
		['attachment; filename=a.txt; filename=b.txt', 'a.txt'],
		['filename=a.txt', 'a.txt'],
		['attachment;filename = "a.txt"', 'a.txt'],
		['attachment; filename="a.txt', 'a.txt'],
		['attachment; filename="say \\"a\\".txt"', 'say _a_.txt'],
		['attachment; filename="C:\\Temp\\a.log"', 'a.log'],
		['attachment; filename="C:\\\\Temp\\\\a.log"', 'a.log'],
		['attachment; name="x; filename=b.txt"; filename=a.txt', 'a.txt'],
		['attachment; xfilename=b.txt; filename=a.txt', 'a.txt'],
		// The extended name is the better one, wherever it stands.
		["attachment; filename=plain.txt; filename*=UTF-8''%E6%97%A5.txt.gz", '日.txt'],
		["attachment; filename*=UTF-8''%E6%97%A5.txt.gz; filename=plain.txt", '日.txt'],
		["attachment; FileName*=utf-8'ja'%E6%97%A5.txt; filename=plain.txt", '日.txt'],
		["attachment; filename=plain.txt; filename*=iso-8859-1''Gr%FC%DFe.txt", 'Grüße.txt'],
		["attachment; filename=plain.txt; filename*=UTF-8''it's%20mine.txt", "it's mine.txt"],
		["attachment; filename=plain.txt; filename*=UTF-8''%FC.txt", 'plain.txt'],
		["attachment; filename=plain.txt; filename*=x-odd''%FC.txt", 'plain.txt'],
		['attachment; filename=plain.txt; filename*=other.txt', 'plain.txt'],
		[`attachment; filename=plain.txt; filename*="!UTF-8''other.txt"`, 'plain.txt'],
		["attachment; filename=plain.txt; filename*=UTF-8''", 'plain.txt'],
		["attachment; filename*=UTF-8''%2e%2e%5Cevil.txt", 'evil.txt'],
		["attachment; filename*=UTF-8''100%.txt", '100%.txt'],
		// The collected file was an archive itself, so only one of two endings is the delivery's.
		['attachment; filename=logs.tar.gz.gz', 'logs.tar.gz'],
	])('comes from %j', (contentDisposition, expected) => {
		const sources = { contentDisposition, start: gzipNamed('inside.txt'), path: 'C:\\path.txt', compressed: false };
		expect(collectedFileName(sources)).toBe(expected);
	});

	it.each([
		['no header', undefined],
		['a header without a name', 'attachment'],
		['an empty name', 'attachment; filename=""'],
		['a name of dots', 'attachment; filename=%2E%2E'],
		['the ending alone', 'attachment; filename=.gz'],
	])('comes from the gzip header where there is %s', (_, contentDisposition) => {
		const sources = { contentDisposition, path: 'C:\\path.txt', compressed: false };
		expect(collectedFileName({ ...sources, start: gzipNamed('inside.txt') })).toBe('inside.txt');
		expect(collectedFileName({ ...sources, start: gzipNamed('..\\..\\inside.txt') })).toBe('inside.txt');
		expect(collectedFileName({ ...sources, start: UNNAMED })).toBe('path.txt');
		expect(collectedFileName({ ...sources, start: gzipNamed('..') })).toBe('path.txt');
	});

	it('comes from a path of any system, and is "file" where nothing tells', () => {
		const start = Buffer.from('plain');
		expect(collectedFileName({ start, path: '/var/log/auth.log', compressed: false })).toBe('auth.log');
		expect(collectedFileName({ start, path: 'C:\\', compressed: false })).toBe('file');
		expect(collectedFileName({ start, compressed: false })).toBe('file');
		expect(collectedFileName({ start: new Uint8Array(), compressed: true })).toBe('file.gz');
	});

	it('ends in .gz where the file stays compressed', () => {
		const contentDisposition = 'attachment; filename=out.txt.gz';
		expect(collectedFileName({ contentDisposition, start: UNNAMED, compressed: true })).toBe('out.txt.gz');
		expect(collectedFileName({ start: UNNAMED, path: 'C:\\x.GZ', compressed: true })).toBe('x.GZ');
		expect(collectedFileName({ start: UNNAMED, path: 'C:\\x.gz.txt', compressed: true })).toBe('x.gz.txt.gz');
	});
});
