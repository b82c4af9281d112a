/* eslint-disable @n8n/community-nodes/no-restricted-globals, @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { join } from 'node:path';
import { builtPackage } from '../../playground/engine/nodeTypes';
import type { PackageUnderTest } from './setting';

/** The package as it is shipped, for processes that do not compile its sources. */
export async function shippedPackage(): Promise<PackageUnderTest> {
	const clock = join(__dirname, '..', '..', 'dist', 'nodes', 'DefenderLiveResponse', 'service', 'clock.js');
	const { systemClock } = (await import(clock)) as typeof import('../../nodes/DefenderLiveResponse/service/clock');
	return { ...builtPackage(), systemClock };
}
