// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/**
 * An asynchronous event as a provider reports it ({@code struct ibv_async_event}).
 *
 * @param type    the C constant of {@code enum ibv_event_type}.
 * @param element operations object of the completion queue, queue pair or shared receive queue concerned; null when
 *                the event concerns a port or the whole device.
 * @param port    number of the port concerned, or 0.
 */
public record AsynchronousEventData(int type, Object element, int port) {
}
