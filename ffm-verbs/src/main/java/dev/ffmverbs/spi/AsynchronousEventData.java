// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/**
 * An asynchronous event as a provider reports it ({@code struct ibv_async_event}).
 *
 * @param type    the C constant of {@code enum ibv_event_type}.
 * @param element operations object of the completion queue, queue pair or shared receive queue that the event concerns;
 *                null when it concerns a port or the whole device.
 * @param port    number of the port that the event concerns, or 0.
 */
public record AsynchronousEventData(int type, Object element, int port) {
}
