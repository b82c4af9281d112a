import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import { PackageFetcher } from '../../../nodes/DefenderLiveResponse/host/packageFetcher';
import { Deadline } from '../../../nodes/DefenderLiveResponse/service/deadline';
import { readMachineAction } from '../../../nodes/DefenderLiveResponse/service/machineAction';
import { all, fakeStorage, LINK, serve } from '../download/fakeStorage';
import { ACTION_ID } from '../result/entities';

it('does not count the wait for the downloads of others against Max Wait', async () => {
	const { session, clock } = fakeStorage(
		(request) => serve(Buffer.from('PK\x03\x04'), request),
		() => ({ value: LINK }),
	);
	const { unsigned } = session.transport;
	session.transport.unsigned = async (options) => {
		await clock.sleep(30_000);
		return await unsigned(options);
	};
	const prepareBinaryData = async (stream: AsyncIterable<Uint8Array>) => {
		await all(stream);
		return { mimeType: 'application/zip', data: '' } as IBinaryData;
	};
	const fetcher = new PackageFetcher({ helpers: { prepareBinaryData } } as unknown as IExecuteFunctions);
	const action = readMachineAction({ id: ACTION_ID, type: 'CollectInvestigationPackage', status: 'Succeeded' })!;
	const fetched = Array.from({ length: 9 }, async () => {
		const deadline = new Deadline(clock, 40_000);
		deadline.start();
		return await fetcher.fetch({ ...session, deadline }, action, { binaryPropertyName: 'data', maxDownloadSize: 1024 }, 0, []);
	});
	const items = (await Promise.all(fetched)).flat();
	expect(items.map(({ item }) => item.json.outcome)).toEqual(fetched.map(() => 'succeeded'));
});
