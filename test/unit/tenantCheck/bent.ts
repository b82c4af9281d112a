/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSignedCertificate } from '../../../playground/emulator';
import { claimsOf, startBench, type Bench } from './bench';
import type { BendCase } from './bends/bendCase';

/** Registers tests: with each bend, the check reports that claim as differing, and nothing else. */
export function testBends(cases: BendCase[]): void {
	let shared: Bench;
	let folder: string;
	let certificate: string;
	beforeAll(async () => {
		const made = await selfSignedCertificate();
		({ certificate } = made);
		shared = await startBench();
		folder = mkdtempSync(join(tmpdir(), 'tenant-check-'));
		writeFileSync(join(folder, 'app.pem'), certificate + made.privateKey);
	});
	afterAll(async () => {
		rmSync(folder, { recursive: true, force: true });
		await shared.close();
	});

	test.each(cases.map((one) => [one.id, one.how, one] as const))('%s differs where the service says: %s', async (id, _, one) => {
		const bench = one.options ? await startBench(one.options) : shared;
		try {
			bench.reset();
			const { app, apps } = bench.emulator;
			if (one.certificate) apps.addApp({ clientId: app.clientId, certificates: [certificate] });
			Object.assign(bench.emulator.settings, one.settings);
			one.prepare?.(bench);
			const ran = await bench.run({
				bend: one.bend?.(bench),
				device: one.device,
				argv: one.certificate ? ['--certificate', join(folder, 'app.pem')] : [],
			});
			expect(claimsOf(ran.report, 'differs')).toEqual([id]);
			expect(ran.code).toBe(1);
		} finally {
			if (bench !== shared) await bench.close();
		}
	});
}
