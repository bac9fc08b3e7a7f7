import { service } from '../../../lib/service';

// The whole service beneath /satusehat, for apps that send with the clinic's own two headers.
async function handle(request: Request): Promise<Response> {
  return (await service()).fetch(request);
}

export { handle as GET, handle as POST };
