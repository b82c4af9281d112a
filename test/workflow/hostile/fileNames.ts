import type { FileBehaviour } from '../../../playground/emulator';
import { endedFile, GET_RESULT } from '../../support/actions';
import type { Bench, HostileCase } from './bench';
import { each } from './bench';

/** The name in the item and in n8n's store. */
async function nameOf(bench: Bench, behaviour: FileBehaviour, path?: string): Promise<unknown> {
	const id = endedFile(bench.emulator, { content: 'evidence', ...behaviour }, path);
	const ran = await bench.runNode(GET_RESULT, { items: [{ id }] });
	expect(ran.error).toBeUndefined();
	const [{ json, binary }] = ran.outputs('Defender')[0];
	expect(json).toMatchObject({ outcome: 'succeeded', fileSize: 8 });
	expect(binary?.data.fileName).toBe(json.fileName);
	expect(() => encodeURIComponent(String(json.fileName))).not.toThrow();
	return json.fileName;
}

const NAMES: Array<[string, [name: string, cleaned: string]]> = [
	['a way up', ['../../etc/passwd', 'passwd']],
	['a way up on Windows', ['C:\\..\\..\\Windows\\win.ini', 'win.ini']],
	['a share', ['\\\\evil\\share\\a.txt', 'a.txt']],
	['a NUL', ['a.txt\0.exe', 'a.txt.exe']],
	['control characters', ['a\u0007\u001b[31m.txt', 'a[31m.txt']],
	['a line break and a header', ['a.txt\r\nSet-Cookie: x=y', 'a.txtSet-Cookie_ x=y']],
	['a quote and another name', ['a.txt"; filename="b.exe', 'a.txt_; filename=_b.exe']],
	['letters from right to left', ['invoice\u202efdp.exe', 'invoicefdp.exe']],
	['a stream of NTFS', ['a.txt:evil.exe', 'a.txt_evil.exe']],
	['a device of Windows', ['CON', '_CON']],
	['a device of Windows with an extension', ['nul.tar.txt', '_nul.tar.txt']],
	['a device of Windows with a number', ['COM\u00b9.log', '_COM\u00b9.log']],
	['percent signs', ['%2e%2e%2fa.txt', '%2e%2e%2fa.txt']],
	['a name of JavaScript', ['__proto__', '__proto__']],
];

export const fileNameCases: HostileCase[] = [
	...each(NAMES, async (bench, [originalName, cleaned]) =>
		expect(await nameOf(bench, { originalName, fname: false }, 'C:\\a.bin')).toBe(cleaned),
	),
	...each(
		[
			['dots', '..'],
			['a folder', 'C:\\Temp\\'],
			['nothing that is visible', '\u202e\u200b'],
			['nothing', ''],
		],
		async (bench, originalName) => expect(await nameOf(bench, { originalName, fname: false, container: 'raw' }, 'C:\\a.bin')).toBe('a.bin'),
	),
	{
		tries: '5,000 characters',
		async run(bench) {
			const name = await nameOf(
				bench,
				{ originalName: `${'a'.repeat(5_000)}.evtx`, contentDisposition: false, container: 'raw', fname: false },
				`C:\\${'\u{1f600}'.repeat(2_500)}.evtx`,
			);
			expect(name).toMatch(/^\u{1f600}{20,}\.evtx$/u);
		},
	},
	{
		tries: 'half a character in the path',
		run: async (bench) => expect(await nameOf(bench, { contentDisposition: false, fname: false }, 'C:\\a\ud800.txt')).toBe('a.txt'),
	},
	{
		tries: 'a device of Windows in the gzip header',
		run: async (bench) => expect(await nameOf(bench, { contentDisposition: false, originalName: 'aux' })).toBe('_aux'),
	},
	...each(
		[
			['an encoded line break in the header', 'attachment; filename=a%0d%0aSet-Cookie%3a%20x.txt'],
			['a broken encoding in the header', 'attachment; filename="%ff%c0%zz.txt"'],
			['two names in the header', "attachment; filename=a.txt; filename*=UTF-8''..%2f..%2fb.txt"],
			['no end of quotes in the header', 'attachment; filename="a.txt'],
			['10 kB of header', `attachment; filename=${'a;'.repeat(5_000)}`],
		],
		async (bench, disposition) => {
			bench.emulator.fault({
				on: 'blob',
				effect: { kind: 'status', status: 200, headers: { 'Content-Disposition': disposition }, body: Buffer.from('evidence') },
			});
			const name = await nameOf(bench, {});
			expect(name).not.toMatch(/[\\/<>:"|?*]|[\p{Cc}\p{Cf}\p{Cs}]/u);
			expect(String(name).length).toBeLessThanOrEqual(200);
		},
	),
];
