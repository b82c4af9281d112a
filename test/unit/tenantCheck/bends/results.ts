import type { ScriptBehaviour } from '../../../../playground/emulator';
import type { Bench } from '../bench';
import type { Bend } from '../front';
import { all, on, refuse, status, url, type BendCase } from './bendCase';

const whole = ({ headers }: { headers: { range?: string } }) => headers.range === undefined;
const part = ({ headers }: { headers: { range?: string } }) => headers.range === 'bytes=1-';
const blob = (match: Parameters<typeof on>[1], change: Parameters<typeof on>[2]) => on('blob', match, change);
const link = (match: Parameters<typeof on>[1], change: Parameters<typeof on>[2]) => on('link', match, change);
const index = (at: number) => url(`(index=${at})`);
/** The scene's actions. */
const OLD = 0;
const FAILED = 3;
const of =
	(action: number, change: Parameters<typeof on>[2]) =>
	(bench: Bench): Bend =>
		link(url(bench.actions[action]), change)();

/** Another script ran last, with this result. */
function ran(script: ScriptBehaviour, language?: 'de') {
	return ({ emulator, clock }: Bench) => {
		const device = language ? emulator.addDevice({ computerDnsName: 'ws-bent-01.contoso.example', language }) : emulator.machines()[0];
		emulator.addAction({
			machineId: device.id,
			createdAt: clock.now() - 3_600_000,
			requestor: emulator.app.clientId,
			requestorComment: 'inventory',
			commands: [
				{ type: 'PutFile', name: 'settings.json' },
				{ type: 'RunScript', name: 'inventory.ps1', script: { output: 'Software: 41\n', ...script } },
			],
		});
	};
}

const BROKEN = `{"script_name":"inventory.ps1","exit_code":0,"script_output":"Transcript started, output file is C:\\\\ProgramData\\\\Microsoft\\\\Windows Defender Advanced Threat Protection\\\\Temp\\\\PSScriptOutputs\\\\PSScript_Transcript_{1}.txt\nSoftware: 41\\u0000","script_errors":""}`;

export const RESULT_BENDS: BendCase[] = [
	{ id: 'link.answer', how: '404', bend: link(all(index(1), status(200)), refuse(404, 'ResourceNotFound')) },
	{ id: 'link.quoting', how: 'in quotes', bend: link(status(200), ({ json }) => void (json.value = `"${json.value}"`)) },
	{
		id: 'link.host',
		how: 'another host',
		bend: link(all(index(1), status(200)), ({ json }) => void (json.value = json.value.replace('127.0.0.1', 'localhost'))),
	},
	{ id: 'link.life', how: 'an hour', options: { linkLifeMs: 3_600_000 } },
	{
		id: 'link.fields',
		how: 'another sr',
		bend: () => ({
			ask: ({ operation, url: path }) => (operation === 'blob' ? { url: path.replace('sr=c', 'sr=b') } : undefined),
			answer({ json }, { operation }) {
				if (operation === 'link' && json.value) json.value = json.value.replace('sr=b', 'sr=c');
			},
		}),
	},
	{
		id: 'link.again',
		how: 'the very same link',
		bend() {
			let first: string | undefined;
			return link(all(index(1), status(200)), ({ json }) => {
				first ??= json.value;
				json.value = first;
			})();
		},
	},
	{ id: 'link.index', how: '404', bend: link(index(99), refuse(404, 'ResourceNotFound')) },
	{ id: 'link.put-file', how: '404', bend: link(all(index(0), status(400)), refuse(404, 'ResourceNotFound')) },
	{ id: 'link.unfinished', how: '400', bend: (bench) => link(url(bench.actions[bench.actions.length - 1]), refuse(400, 'InvalidInput'))() },
	{ id: 'link.old', how: '404', bend: of(OLD, refuse(404, 'ResourceNotFound')) },
	{
		id: 'link.failed-script',
		how: '404',
		bend: (bench) => link(all(url(bench.actions[FAILED]), index(0)), refuse(404, 'ResourceNotFound'))(),
	},
	{ id: 'link.skipped', how: '400', bend: (bench) => link(all(url(bench.actions[FAILED]), index(1)), refuse(400, 'InvalidInput'))() },

	{
		id: 'storage.without-token',
		how: '404',
		bend: blob(whole, (answer) => {
			answer.status = 404;
			answer.headers['x-ms-error-code'] = 'BlobNotFound';
		}),
	},
	{
		id: 'storage.with-token',
		how: 'is accepted',
		bend: blob(
			({ headers }) => headers.authorization !== undefined,
			(answer) => void (answer.status = 200),
		),
	},
	{
		id: 'storage.signature',
		how: 'another code',
		bend: blob(status(403), ({ headers }) => void (headers['x-ms-error-code'] = 'AuthorizationFailure')),
	},
	{ id: 'storage.length', how: 'none', bend: blob(whole, ({ headers }) => void delete headers['content-length']) },
	{ id: 'storage.md5', how: 'none', bend: blob(whole, ({ headers }) => void delete headers['content-md5']) },
	{
		id: 'storage.etag',
		how: 'none',
		bend: blob(
			() => true,
			({ headers }) => void delete headers.etag,
		),
	},
	{ id: 'storage.encoding', how: 'gzip', bend: blob(whole, ({ headers }) => void (headers['content-encoding'] = 'gzip')) },
	{
		id: 'storage.content-type',
		how: 'another one',
		bend: blob(whole, ({ headers }) => void (headers['content-type'] = 'application/octet-stream')),
	},
	{ id: 'storage.disposition', how: 'none', bend: blob(whole, ({ headers }) => void delete headers['content-disposition']) },
	{
		id: 'storage.range',
		how: 'the whole',
		bend: () => ({
			ask({ operation, headers }) {
				if (operation !== 'blob' || headers.range !== 'bytes=1-' || headers['if-match']?.startsWith('"0x8D0000')) return undefined;
				return { headers: { ...headers, range: undefined } };
			},
		}),
	},
	{ id: 'storage.range-etag', how: 'another one', bend: blob(all(part, status(206)), ({ headers }) => void (headers.etag = '"0x8D1"')) },
	{ id: 'storage.range-md5', how: 'none', bend: blob(part, ({ headers }) => void delete headers['x-ms-blob-content-md5']) },
	{ id: 'storage.if-match', how: 'is ignored', bend: blob(status(412), (answer) => void (answer.status = 206)) },
	{ id: 'storage.beyond', how: 'the whole', bend: blob(status(416), (answer) => void (answer.status = 200)) },

	{ id: 'transcript.encoding', how: 'with a byte order mark', prepare: ran({ encoding: 'utf8bom' }) },
	{ id: 'transcript.json', how: 'a line break in a text', prepare: ran({ raw: BROKEN }) },
	{ id: 'transcript.keys', how: 'the older names', prepare: ran({ keys: '2021' }) },
	{ id: 'transcript.exit-code-type', how: 'a text', prepare: ran({ transcript: { exit_code: '0' } }) },
	{ id: 'transcript.nul', how: 'none', prepare: ran({ nuls: 0 }) },
	{ id: 'transcript.banner', how: 'none', prepare: ran({ banner: false }) },
	{ id: 'transcript.banner-language', how: 'German', prepare: ran({}, 'de') },
];
