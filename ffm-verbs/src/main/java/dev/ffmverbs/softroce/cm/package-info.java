// SPDX-License-Identifier: Apache-2.0

/**
 * The communication manager of the software device. It establishes, refuses and ends connections on the wire, and
 * interoperates with {@code rdma_cm} of a kernel or a NIC.
 *
 * <p>Layers, from the wire upwards:
 * <ol>
 *   <li>{@link dev.ffmverbs.softroce.cm.message}: management datagrams and their fields; {@code Messages} creates those
 *       that this device sends;
 *   <li>{@code ConnectionEndpoint}: the state machine of one end of one connection, with {@code EndpointTimers} (what
 *       it waits for) and {@code Correspondence} (what it sends to its peer);
 *   <li>{@code DatagramServices}: asks peers for their queue pairs for datagrams, and tells those of this device, in
 *       one message each way ({@code OwnResolution}, {@code PeersResolution});
 *   <li>{@code IncomingMessages}: finds the endpoint of each message. {@code PeerMessages} interprets the message, and
 *       {@code IncomingRequests} handles a request;
 *   <li>{@link dev.ffmverbs.softroce.cm.CommunicationManager}: all endpoints and listeners of a device, and their
 *       {@code CommunicationLock};
 *   <li>{@link dev.ffmverbs.softroce.cm.SoftConnectionManager} and its identifiers: called by {@code dev.ffmverbs.cm}.
 * </ol>
 *
 * <p>A request takes this path: {@code CommunicationManager.receive}, {@code IncomingMessages}, {@code
 * IncomingRequests}, {@code RequestAdmission}, then the {@code Backlog} of the listener, which reports it to the
 * application through {@code EventReporter}.
 *
 * <p><b>Guarantees.</b> Nothing here does I/O, has a thread or reads a clock. The device provides datagrams, the time
 * and a way to send as a {@link dev.ffmverbs.softroce.cm.ManagementDevice}. Every message that needs an answer is sent
 * until the answer arrives or the time is up, and every duplicate is answered again. Malformed and unexpected datagrams
 * are counted and dropped. Communication ids, transaction ids and starting packet sequence numbers are random. The cost
 * of requests of strangers is bounded in time and memory ({@code SourceBudgets}, {@code RejectedRequests}). A request
 * that names the queue pair of a live connection is believed only if the peer does not answer probes
 * ({@code StaleClaim}).
 *
 * <p>Rules are cited from IBTA volume 1, chapter 12, as Linux follows them ({@code ibta_vol1_c12.h}, {@code cm.c},
 * {@code cma.c} of {@code drivers/infiniband/core}).
 *
 * <p>Depends on {@code dev.ffmverbs.spi}, {@code message} and {@code wire}; on no socket and no queue pair.
 */
package dev.ffmverbs.softroce.cm;
