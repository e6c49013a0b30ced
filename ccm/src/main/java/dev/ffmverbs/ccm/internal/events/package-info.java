// SPDX-License-Identifier: Apache-2.0

/**
 * The JDK Flight Recorder events of a node. The connection manager and ownerships commit them; programs that read
 * recordings find them by name.
 *
 * <p>All but {@link HeartbeatEvent} are enabled in every recording, because they are rare. The settings in
 * {@code META-INF/ccm.jfc} of this jar also enable that event and those of the software device. {@code ccm node
 * --flight-recording FILE} uses them. For another program, extract the file with {@code unzip -j ccm.jar
 * META-INF/ccm.jfc} and start the program with
 * {@code -XX:StartFlightRecording:settings=default,settings=ccm.jfc,filename=node.jfr}, or read the resource with
 * {@link jdk.jfr.Configuration#create}.
 *
 * <p><b>Guarantees.</b> A recording holds no secret and no memory of a client, only names, addresses, counts and times.
 *
 * <p>Depends on the JDK alone.
 */
package dev.ffmverbs.ccm.internal.events;
