/* eslint-disable @n8n/community-nodes/no-restricted-globals -- runs beside n8n, not in it */

/** Devices of a sweep in the real n8n. Its node sends ten a minute at most, so that more of them take minutes: on request. */
export function deviceCount(usual: number): number {
	return Number(process.env.SWEEP_DEVICES ?? usual);
}
