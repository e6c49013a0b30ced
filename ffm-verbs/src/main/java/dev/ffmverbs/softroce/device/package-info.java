// SPDX-License-Identifier: Apache-2.0

/**
 * The verbs objects of the software device: what the provider interface asks for, on top of a port.
 *
 * <p>One class per verbs object. Work requests, completions and attributes are read and written in the C structures
 * that libibverbs would be given, by the layouts of the provider interface, so that the same requests work on the
 * software device and on hardware. No native code is called and no native library needed.
 *
 * <p>Posting and polling allocate nothing. Posting takes a lock of the queue, polling none; both then run the port when
 * it is free.
 *
 * <p><b>Guarantees.</b> Posting and polling allocate nothing.
 *
 * <p>Depends on {@code dev.ffmverbs.spi} and on the layers {@code port}, {@code dev.ffmverbs.softroce.cm}, {@code
 * message}, {@code transport}, {@code memory}, {@code wire}, {@code faults} and {@code recording}; not on the public
 * API.
 */
package dev.ffmverbs.softroce.device;
