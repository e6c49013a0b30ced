// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.ccm.NodeAddress;
import dev.ffmverbs.ccm.PartnerAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converters from the words of a command line to values. */
final class Converters {

    private Converters() {
    }

    /** Converts an address and port. */
    static final class Address implements ITypeConverter<InetSocketAddress> {
        @Override
        public InetSocketAddress convert(final String text) {
            try {
                return NodeAddress.parse(text);
            } catch (final IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Converts a partner's name, addresses and ports. */
    static final class Partner implements ITypeConverter<PartnerAddress> {
        @Override
        public PartnerAddress convert(final String text) {
            try {
                return PartnerAddress.parse(text);
            } catch (final IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    /** Converts an interconnect of this node. */
    static final class NodeInterconnect implements ITypeConverter<Interconnect> {
        @Override
        public Interconnect convert(final String text) {
            final int equals = text.indexOf('=');
            if (equals < 1) {
                throw new TypeConversionException("\"" + text + "\" is not an interconnect: write"
                    + " DEVICE=ADDRESS:PORT, for example rxe1=10.9.10.1:7471");
            }
            return new Interconnect(text.substring(0, equals), new Address().convert(text.substring(equals + 1)));
        }
    }

    /**
     * An additional interconnect of this node.
     *
     * @param deviceName name of the device.
     * @param address    address and port of this node on that device.
     */
    record Interconnect(String deviceName, InetSocketAddress address) {
    }

    /** Converts the name of a story. */
    static final class Story implements ITypeConverter<DemoScenario> {
        @Override
        public DemoScenario convert(final String text) {
            return Stream.of(DemoScenario.values()).filter(story -> story.toString().equals(text)).findFirst()
                .orElseThrow(() -> new TypeConversionException(
                    "there is no scenario \"" + text + "\"; there are " + String.join(", ", new Stories())));
        }
    }

    /** Names of the stories, for completion. */
    static final class Stories implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(DemoScenario.values()).map(DemoScenario::toString).iterator();
        }
    }

    /** Converts milliseconds, with up to six digits after the point, without the JDK's big decimals. */
    static final class Milliseconds implements ITypeConverter<Duration> {

        private static final int FRACTION_DIGITS = 6;

        @Override
        public Duration convert(final String text) {
            final int point = text.indexOf('.');
            try {
                if (point < 0) {
                    return Duration.ofMillis(Long.parseLong(text));
                }
                final String fraction = text.substring(point + 1);
                if (fraction.isEmpty() || fraction.length() > FRACTION_DIGITS || text.startsWith("-")
                    || !fraction.chars().allMatch(Character::isDigit)) {
                    throw new NumberFormatException(text);
                }
                return Duration.ofMillis(Long.parseLong(text.substring(0, point))).plusNanos(
                    Integer.parseInt(fraction + "0".repeat(FRACTION_DIGITS - fraction.length())));
            } catch (final NumberFormatException e) {
                throw new TypeConversionException("\"" + text + "\" is not a number of milliseconds: write it as 10 or"
                    + " 0.2, with at most " + FRACTION_DIGITS + " digits after the point");
            }
        }
    }

    /** Converts a memory address. */
    static final class MemoryAddress implements ITypeConverter<Long> {
        @Override
        public Long convert(final String text) {
            try {
                return text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16)
                    : Long.parseUnsignedLong(text);
            } catch (final NumberFormatException e) {
                throw new TypeConversionException(
                    "\"" + text + "\" is not a memory address: write it as 0xCC0000000000 or in decimal digits");
            }
        }
    }
}
