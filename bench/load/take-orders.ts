// The other end of order.ts.

/** For the process that gets the orders: answers each, and ends with its parent. */
export function takeOrders<Any>(obey: (order: Any) => Promise<unknown>): void {
  process.on('message', (order: Any) => {
    obey(order).then(
      (answer) => process.send?.({ answer }),
      (error) => process.send?.({ error: String(error) }),
    );
  });
  process.on('disconnect', () => process.exit());
}
