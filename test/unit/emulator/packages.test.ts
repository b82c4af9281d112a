/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { crc32 } from 'node:zlib';
import type { DeviceInput, Emulator } from '../../../playground/emulator';
import { digest, generatedContent } from '../../../playground/emulator';
import { zipOf } from '../../../playground/emulator/zip';
import { apiClient, startWithClock, type FakeClock } from './client';

let emulator: Emulator;
let clock: FakeClock;
let call: ReturnType<typeof apiClient>;
beforeAll(async () => {
	({ emulator, clock } = await startWithClock({ life: { pendingMs: 10_000, runMs: 5000 } }));
});
beforeEach(() => {
	emulator.reset();
	call = apiClient(emulator);
});
afterAll(() => emulator.close());

const collect = async (input: Partial<DeviceInput> = {}) => {
	const { id } = emulator.addDevice({ computerDnsName: 'ws-01', ...input });
	return (await call('POST', `/machines/${id}/collectInvestigationPackage`, { Comment: 'x' })).body.id as string;
};
const uriOf = (actionId: string) => call('GET', `/machineactions/${actionId}/getPackageUri`);
/** The link of a package that is there. */
async function linkTo(input: Partial<DeviceInput> = {}): Promise<string> {
	const actionId = await collect(input);
	clock.advance(60_000);
	return JSON.parse((await uriOf(actionId)).body.value) as string;
}

test('the link comes in quotes of its own, when the package is there', async () => {
	const actionId = await collect();
	expect(await uriOf(actionId)).toMatchObject({ status: 404, body: { error: { code: 'ResourceNotFound' } } });
	clock.advance(14_999);
	expect((await uriOf(actionId)).status).toBe(404);
	clock.advance(1);
	const { status, body } = await uriOf(actionId);
	expect([status, body['@odata.context']]).toEqual([200, 'https://api-us.securitycenter.microsoft.com/api/$metadata#Edm.String']);
	expect(body.value).toMatch(/^"http:\/\/127\.0\.0\.1:\d+\/safedownload\/WDATP_Investigation_Package\.zip\?token=[\w.-]+"$/);
	expect(emulator.handedOut.links).toEqual([body.value.slice(1, -1)]);
	emulator.settings.packageOrigin = 'https://userrequests-us.securitycenter.windows.com:443';
	expect((await uriOf(actionId)).body.value).toMatch(/^"https:\/\/userrequests-us\.securitycenter\.windows\.com:443\/safedownload\//);
});

test('no package of another action, or of one that failed', async () => {
	const { id } = emulator.addDevice({ computerDnsName: 'ws-01' });
	for (const input of [{ type: 'LiveResponse' }, { type: 'CollectInvestigationPackage', status: 'Failed' as const }]) {
		expect((await uriOf(emulator.addAction({ machineId: id, ...input }).id)).status).toBe(404);
	}
	expect((await uriOf(emulator.addAction({ machineId: id, type: 'CollectInvestigationPackage' }).id)).status).toBe(200);
});

test('the package is a zip, or what the device says, in ranges too', async () => {
	const response = await fetch(await linkTo());
	expect([response.headers.get('content-type'), response.headers.get('content-disposition')]).toEqual([
		'application/zip',
		'attachment; filename=WDATP_Investigation_Package.zip',
	]);
	expect(Buffer.from(await response.arrayBuffer())).toEqual(zipOf('Forensics Collection Summary.txt', Buffer.from('All collected\n')));
	const link = await linkTo({ package: { content: { size: 100_000 } } });
	const whole = Buffer.from(await (await fetch(link)).arrayBuffer());
	expect(whole).toHaveLength(100_000);
	const part = await fetch(link, { headers: { Range: 'bytes=90000-' } });
	expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 90000-99999/100000']);
	expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(90_000))).toBe(true);
	expect((await fetch(link, { headers: { Range: 'bytes=100000-' } })).status).toBe(416);
	expect((await fetch(link, { headers: { Range: 'bytes=5-', 'If-Range': '"other"' } })).status).toBe(200);
	expect(
		(await digest(generatedContent(100_000), 'sha256')).equals(
			await digest({ size: whole.length, read: (start, end) => [whole.subarray(start, end)] }, 'sha256'),
		),
	).toBe(true);
});

test('a link that is changed, too old, or sent with a token is refused', async () => {
	const link = await linkTo();
	expect((await fetch(link, { headers: { Authorization: 'Bearer x' } })).status).toBe(400);
	expect((await fetch(`${link.slice(0, -4)}AAAA`)).status).toBe(403);
	expect((await fetch(link)).status).toBe(200);
	emulator.fault({ on: 'package', effect: { kind: 'expired' } });
	expect((await fetch(link)).status).toBe(403);
	clock.advance(1_800_000);
	expect((await fetch(link)).status).toBe(403);
	const { half, operation } = emulator.requests.at(-1)!;
	expect([half, operation]).toEqual(['storage', 'package']);
});

test('two links a minute and 120 an hour', async () => {
	emulator.limits.setLimits('real');
	const actionId = await collect();
	clock.advance(60_000);
	const statuses = async (times: number) => {
		const all = [];
		for (let i = 0; i < times; i++) all.push((await uriOf(actionId)).status);
		return all;
	};
	expect(await statuses(3)).toEqual([200, 200, 429]);
	emulator.limits.setLimits({ packageLinkPerMinute: Infinity, packageLinkPerHour: 3 });
	expect(await statuses(2)).toEqual([200, 429]);
});

test('the zip says where its parts are', () => {
	const content = Buffer.from('text');
	const zip = zipOf('a.txt', content);
	const end = zip.subarray(-22);
	const directory = zip.subarray(end.readUInt32LE(16), -22);
	expect([end.readUInt32LE(0), end.readUInt16LE(10), end.readUInt32LE(12)]).toEqual([0x06054b50, 1, directory.length]);
	expect([directory.readUInt32LE(0), directory.readUInt32LE(42), directory.subarray(46).toString()]).toEqual([0x02014b50, 0, 'a.txt']);
	// Both headers: method, CRC, both sizes.
	const said = [0, crc32(content), 4, 4];
	expect([zip.readUInt32LE(0), zip.readUInt16LE(8), zip.readUInt32LE(14), zip.readUInt32LE(18), zip.readUInt32LE(22)]).toEqual([
		0x04034b50,
		...said,
	]);
	expect([directory.readUInt16LE(10), directory.readUInt32LE(16), directory.readUInt32LE(20), directory.readUInt32LE(24)]).toEqual(said);
	expect(zip.subarray(30, 39).toString()).toBe('a.txttext');
});
