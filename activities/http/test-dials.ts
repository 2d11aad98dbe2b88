import { jest } from '@jest/globals';

interface TcpHandle {
  connect(request: unknown, address: string, port: number): number;
  connect6(request: unknown, address: string, port: number): number;
}
type Binding = { TCP: { prototype: TcpHandle } };

/**
 * Watches every TCP connection that Node is about to make, at the last place in JavaScript: after name lookup and
 * after whatever chose among the addresses. Each is sent to 127.0.0.1:`port` instead, so nothing leaves this machine.
 * `jest.restoreAllMocks()` ends it.
 *
 * @returns the addresses dialled, in order; the array grows
 */
export function redirectDials(port: number): string[] {
  // No public API lies below `net`, and above it one sees names, not what is dialled.
  const { prototype } = (process as unknown as { binding(name: string): Binding }).binding('tcp_wrap').TCP;
  const dialled: string[] = [];
  const original = prototype.connect;
  function dial(this: TcpHandle, request: unknown, address: string): number {
    dialled.push(address);
    return original.call(this, request, '127.0.0.1', port);
  }
  jest.spyOn(prototype, 'connect').mockImplementation(dial);
  jest.spyOn(prototype, 'connect6').mockImplementation(dial);
  return dialled;
}
