/* eslint-disable @n8n/community-nodes/no-restricted-imports -- a tool for developers */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Linux counts time in hundredths of a second (USER_HZ). */
const TICK_MS = 10;

function childrenOf(pid: number): number[] {
	return readdirSync(`/proc/${pid}/task`)
		.flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' '))
		.filter(Boolean)
		.map(Number);
}

/** A process and all that it has started. */
function familyOf(pid: number): number[] {
	return [pid, ...childrenOf(pid).flatMap(familyOf)];
}

/** Processor time of a process and all that it has started, also of those that have ended, in ms. */
export function cpuMs(pid: number): number {
	const ticks = familyOf(pid).flatMap((member) => {
		const stat = readFileSync(`/proc/${member}/stat`, 'utf8');
		// The name in brackets may hold spaces. Then: utime, stime, cutime, cstime.
		return stat
			.slice(stat.lastIndexOf(')') + 2)
			.split(' ')
			.slice(11, 15)
			.map(Number);
	});
	return ticks.reduce((sum, each) => sum + each, 0) * TICK_MS;
}

/** Resets the peak of memory. */
export function forgetPeak(pid: number): void {
	for (const member of familyOf(pid)) writeFileSync(`/proc/${member}/clear_refs`, '5');
}

/** A line of a process' status, e.g. `VmHWM`, in MB. */
function statusMb(pid: number, name: 'VmHWM' | 'VmRSS'): number {
	const [, kilobytes] = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
	return Number(kilobytes ?? 0) / 1024;
}

/** Most memory of a process and all that it has started since `forgetPeak`, in MB. */
export function peakMb(pid: number): number {
	return familyOf(pid).reduce((sum, member) => sum + statusMb(member, 'VmHWM'), 0);
}

/** Memory of a process and all that it has started, in MB. */
export function memoryMb(pid: number): number {
	return familyOf(pid).reduce((sum, member) => sum + statusMb(member, 'VmRSS'), 0);
}
