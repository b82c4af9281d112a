import type { Emulator } from '../../playground/emulator';
import { until } from './until';

/** Waits until triggers have made their first poll: n8n 2.x says that a workflow is active before it is. */
export async function firstPolls(emulator: Emulator, count: number): Promise<void> {
	const answered = () => emulator.requests.filter(({ operation, status }) => operation === 'action.list' && status === 200);
	await until('polled', () => answered().length >= count);
}
