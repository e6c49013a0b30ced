// SPDX-License-Identifier: Apache-2.0

/**
 * The verbs objects of the software device: what the provider interface asks for, on top of a port.
 *
 * <p>One class per verbs object. Work requests, completions and attributes are read and written in the C structures
 * that libibverbs would be given, by the layouts generated from its headers; so the very same requests work on the
 * software device and on hardware. No native code is called and no native library needed.
 *
 * <p><b>Guarantees.</b> Posting and polling allocate nothing. Posting takes a lock of the queue, polling none; both
 * then run the port when it is free.
 *
 * <p>Depends on {@code dev.ffmverbs.spi}, {@code jextract}, and the layers {@code port}, {@code cm}, {@code transport},
 * {@code memory}, {@code wire}, {@code faults} and {@code recording}; not on the public API.
 */
package dev.ffmverbs.softroce.device;
