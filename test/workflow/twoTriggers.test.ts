import { SCRIPT } from '../support/actions';
import { startSetting } from '../support/setting';
import { triggerWorkflow } from '../support/trigger';

it('two triggers with one id give what has ended each, also when they poll at the same time', async () => {
	const { emulator, engine, close } = await startSetting();
	emulator.addDevice({ computerDnsName: 'ws-01.contoso.example' });
	const copy = triggerWorkflow();
	copy.nodes[0].name = 'Copy';
	const [first, second] = [await engine.activate(triggerWorkflow()), await engine.activate(copy)];
	const { id } = emulator.addAction({
		createdAt: emulator.now() - 1_000,
		endedAt: emulator.now(),
		commands: [{ type: 'RunScript', name: SCRIPT }],
	});
	// Both are under way together.
	emulator.fault({ on: 'action.list', times: 2, effect: { kind: 'delay', ms: 100 } });
	const [one, two] = await Promise.all([first.poll(), second.poll()]);
	expect(one?.items('Ended')).toEqual([expect.objectContaining({ id })]);
	expect(two?.items('Copy')).toEqual([expect.objectContaining({ id })]);
	await close();
});
