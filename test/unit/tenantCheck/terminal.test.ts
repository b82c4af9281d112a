/* eslint-disable @n8n/community-nodes/no-restricted-imports -- runs beside n8n, not in it */
import { PassThrough } from 'node:stream';
import { createTerminal } from '../../../playground/tenantCheck/terminal';

function fake(isTTY: boolean) {
	const input = Object.assign(new PassThrough(), { isTTY, setRawMode: () => undefined });
	const output = Object.assign(new PassThrough(), { isTTY, columns: 80 });
	const errors = Object.assign(new PassThrough(), { isTTY, columns: 80 });
	let shown = '';
	errors.on('data', (chunk: Buffer) => void (shown += chunk.toString()));
	output.on('data', (chunk: Buffer) => void (shown += chunk.toString()));
	return { input, terminal: createTerminal(input, output, errors, {}), shown: () => shown };
}

test.each([true, false])(
	'a secret is not shown while it is typed; what comes before and after it is read as ever (terminal: %s)',
	async (isTTY) => {
		const { input, terminal, shown } = fake(isTTY);
		const tenant = terminal.ask('Tenant: ');
		input.write('contoso.example\n');
		expect(await tenant).toBe('contoso.example');
		const secret = terminal.ask('Client secret: ', true);
		for (const letter of 'typed~secret~4711') input.write(letter);
		input.write('\n');
		expect(await secret).toBe('typed~secret~4711');
		const yes = terminal.ask('Go on? ');
		input.write('yes\n');
		expect(await yes).toBe('yes');
		terminal.close();
		expect(shown()).toContain('Client secret: ');
		expect(shown()).not.toMatch(/typed|4711/);
	},
);

test('without anybody who answers, a question has no answer', async () => {
	const { input, terminal } = fake(false);
	input.end();
	expect(await terminal.ask('Client secret: ', true)).toBeUndefined();
	terminal.close();
});

test('several lines that come at once are answers one after the other', async () => {
	const { input, terminal } = fake(false);
	input.write('one\ntwo\n');
	expect([await terminal.ask('? '), await terminal.ask('? ')]).toEqual(['one', 'two']);
	terminal.close();
});
