import type { DeviceInput, FileBehaviour, ScriptBehaviour } from '../../../../playground/emulator';
import { WINDOWS_DEVICE, type Bench } from '../bench';
import { all, on, onNth, refuse, status, url, type BendCase } from './bendCase';

/* eslint-disable @typescript-eslint/no-explicit-any -- bodies of every shape */
const BENT_DEVICE = 'ws-bent-09.contoso.example';
const TEXT = 'n8n tenant check\n';
const PACKED = Buffer.from('H4sIAAAAAAAA/8uzyFMoSc1LzCtRSM5ITc7mAgA/6qaZEQAAAA==', 'base64');
const OUTPUT = [
	'n8n tenant check',
	'WORD=grüße 你好',
	'HEX=6772c3bcc39f6520e4bda0e5a5bd',
	'NUMBER=4711',
	'UNICODE=ü 你 😀',
	'RESULT=4',
	'',
].join('\n');

const ownRun = ({ body }: { body: Buffer }) => body.toString().includes('our own script');
const accepted = (change: (action: any) => void) => on('run', ownRun, ({ json }) => change(json));
const own =
	(comment: string) =>
	(_: unknown, { json }: { json?: any }) =>
		String(json?.requestorComment).includes(comment);

/** A device on which our script, or one of its files, comes out otherwise. */
function bent({
	script = {},
	small = {},
	gzip = {},
}: {
	script?: ScriptBehaviour;
	small?: FileBehaviour;
	gzip?: FileBehaviour;
}): Pick<BendCase, 'device' | 'prepare'> {
	return {
		device: BENT_DEVICE,
		prepare({ emulator }: Bench) {
			const device: DeviceInput = {
				computerDnsName: BENT_DEVICE,
				laterScripts: { 'n8n-tenant-check.ps1': { exitCode: 4, output: OUTPUT, ...script } },
				files: {
					'C:\\Windows\\n8n-tenant-check.txt': { content: TEXT, ...small },
					'C:\\Windows\\n8n-tenant-check.gz': { content: PACKED, ...gzip },
				},
			};
			emulator.addDevice(device);
		},
	};
}

const cases: Array<Omit<BendCase, 'device'> & { device?: string }> = [
	{ id: 'library.upload', how: '201', bend: onNth(1, 'library.upload', status(200), (answer) => void (answer.status = 201)) },
	{ id: 'library.upload-taken', how: 'is accepted', settings: { overwritesSilently: true } },
	{
		id: 'library.overwrite',
		how: 'no hash',
		bend: on(
			'library.upload',
			({ body }) => body.includes('OverrideIfExists'),
			({ json }) => void delete json.sha256,
		),
	},
	{
		id: 'library.delete',
		how: '200 with a body',
		bend: onNth(1, 'library.delete', status(204), (answer) => {
			answer.status = 200;
			answer.body = Buffer.from('{}');
		}),
	},
	{
		id: 'library.delete-again',
		how: '204',
		bend: on('library.delete', status(404), (answer) => {
			answer.status = 204;
			answer.json = undefined;
			answer.body = Buffer.alloc(0);
			delete answer.headers['content-length'];
		}),
	},
	{ id: 'link.at-the-end', how: '15 s later', bend: onNth(1, 'link', all(url('(index=1)'), status(200)), refuse(404, 'ResourceNotFound')) },

	{ id: 'run.status', how: '200', bend: on('run', ownRun, (answer) => void (answer.status = 200)) },
	{
		id: 'run.echo',
		how: 'arguments are trimmed',
		bend: accepted((action) => void (action.commands[1].command.params[1].value = '-Step write')),
	},
	{ id: 'run.first-status', how: 'InProgress', bend: accepted((action) => void (action.status = 'InProgress')) },
	{ id: 'run.requestor', how: "the app's name", settings: { requestor: 'displayName' } },
	{ id: 'run.source', how: 'another word', bend: accepted((action) => void (action.requestSource = 'Portal')) },
	{
		id: 'run.created',
		how: 'a minute before',
		bend: accepted((action) => void (action.creationDateTimeUtc = new Date(Date.parse(action.creationDateTimeUtc) - 60_000).toISOString())),
	},
	{ id: 'run.found-at-once', how: '404', bend: onNth(1, 'action.get', own('our own script'), refuse(404, 'ResourceNotFound')) },
	{ id: 'run.listed-at-once', how: 'not yet', bend: onNth(1, 'action.list', url('machineId eq'), ({ json }) => void (json.value = [])) },
	{ id: 'run.busy', how: 'is accepted', settings: { busyAfterMs: 3_600_000 } },
	{ id: 'run.busy-text', how: 'names it', settings: { nameActiveAction: true } },
	{
		id: 'run.life',
		how: 'Pending once more',
		bend: onNth(5, 'action.get', own('our own script'), ({ json }) => void (json.status = 'Pending')),
	},
	{
		id: 'run.repeat',
		how: 'the first action again',
		bend() {
			let first: unknown;
			return on(
				'run',
				() => true,
				(answer, { body }) => {
					if (body.toString().includes('our own script')) first = structuredClone(answer.json);
					if (body.toString().includes('deletes its two files')) answer.json = first;
				},
			)();
		},
	},

	{ id: 'result.exit-code', how: '0', ...bent({ script: { exitCode: 0 } }) },
	{ id: 'result.verdict', how: 'is cut off', ...bent({ script: { output: OUTPUT.replace('RESULT=4', '') } }) },
	{ id: 'result.unicode', how: 'another code page', ...bent({ script: { output: OUTPUT.replace('ü 你', 'Ã¼ ?') } }) },
	{ id: 'result.arguments', how: 'another code page', ...bent({ script: { output: OUTPUT.replace('HEX=67', 'HEX=3f') } }) },
	{ id: 'result.name', how: 'a path', ...bent({ script: { transcript: { script_name: 'C:\\Temp\\n8n-tenant-check.ps1' } } }) },
	{
		id: 'run.goes-on',
		how: 'the command fails',
		...bent({ script: { commandStatus: 'Failed', commandErrors: ['The script ended with 4'] } }),
	},
	{ id: 'file.gzip', how: 'as it is', ...bent({ small: { raw: TEXT } }) },
	{ id: 'file.gzip-once', how: 'as it is', ...bent({ gzip: { raw: PACKED } }) },
	{ id: 'file.name', how: 'none', ...bent({ small: { contentDisposition: false } }) },
	{ id: 'file.gzip-name', how: 'none', ...bent({ small: { fname: false } }) },
	{ id: 'file.content-type', how: 'another one', ...bent({ small: { contentType: 'application/gzip' } }) },
	{
		id: 'skipped.status',
		how: 'another word',
		bend: on('action.get', own('deletes its two files'), ({ json }) => {
			if (json.status === 'Failed') json.commands[2].commandStatus = 'Failed';
		}),
	},
	{
		id: 'cancel.answer',
		how: 'another action',
		bend: on('action.cancel', status(200), ({ json }) => void (json.id = '00000000-0000-4000-8000-000000000000')),
	},
	{
		id: 'cancel.end',
		how: 'Succeeded',
		bend: on('action.get', own('cancelled at once'), ({ json }) => {
			if (json.status === 'Cancelled') json.status = 'Succeeded';
		}),
	},
	{ id: 'cancel.ended', how: '200', bend: on('action.cancel', status(400), (answer) => void (answer.status = 200)) },
];

export const RUN_BENDS: BendCase[] = cases.map((one) => ({ device: WINDOWS_DEVICE, ...one }));
