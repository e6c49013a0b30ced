// SPDX-License-Identifier: Apache-2.0
// Recomputes the invariant CRC of every RoCE v2 packet in capture files, with nothing of the library or of the kernel:
// IBTA volume 1, 9.3.1 (Ethernet's CRC-32), and annex A17.3.3 (which fields count as ones).
//
// usage: icrc FILE.pcap...
// Prints one line, and one for each of the first wrong packets. Ends with status 1 if one is wrong, or if none was read.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROCE_PORT = 4791, ETHERNET = 1, RAW = 101, COOKED = 113, COOKED_2 = 276, CRC_BYTES = 4, MOST_SHOWN = 20 };
enum { PSEUDO_LINK_BYTES = 8, UDP_BYTES = 8, BTH_BYTES = 12, RC_FLUSH = 0x1C, LONGEST = 1 << 18 };

static uint32_t table[256];
static unsigned long right, wrong, other, cut;

static void fill_table(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t value = byte;
        for (int bit = 0; bit < 8; bit++) {
            value = value & 1 ? value >> 1 ^ 0xEDB88320u : value >> 1;
        }
        table[byte] = value;
    }
}

static uint32_t crc(const uint8_t *bytes, size_t count) {
    uint32_t value = 0xFFFFFFFFu;
    for (size_t i = 0; i < count; i++) {
        value = table[(value ^ bytes[i]) & 0xFF] ^ value >> 8;
    }
    return ~value;
}

static unsigned read16(const uint8_t *bytes) {
    return (unsigned) bytes[0] << 8 | bytes[1];
}

static uint32_t read32(const uint8_t *bytes, int swapped) {
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return swapped ? __builtin_bswap32(value) : value;
}

// Checks a packet, given the length of its IP header and the number of bytes captured from there.
static void check(const uint8_t *ip, size_t captured, size_t header, size_t whole, const char *file, unsigned long number) {
    static uint8_t image[PSEUDO_LINK_BYTES + 2 * LONGEST];
    const uint8_t *udp = ip + header;
    if (read16(udp + 2) != ROCE_PORT) {
        other++;
        return;
    }
    if (whole > captured || whole < header + UDP_BYTES + BTH_BYTES + CRC_BYTES || whole > LONGEST) {
        cut++;
        return;
    }
    memset(image, 0xFF, PSEUDO_LINK_BYTES);
    uint8_t *copy = image + PSEUDO_LINK_BYTES;
    memcpy(copy, ip, whole);
    if (ip[0] >> 4 == 4) {
        copy[1] = 0xFF;               // type of service
        copy[8] = 0xFF;               // time to live
        copy[10] = copy[11] = 0xFF;   // header checksum
    } else {
        copy[0] |= 0x0F;              // traffic class and flow label
        copy[1] = copy[2] = copy[3] = 0xFF;
        copy[7] = 0xFF;               // hop limit
    }
    copy[header + 6] = copy[header + 7] = 0xFF;   // UDP checksum
    copy[header + UDP_BYTES + 4] = 0xFF;          // reserved byte of the base transport header
    const size_t covered = PSEUDO_LINK_BYTES + whole - CRC_BYTES;
    const uint32_t computed = crc(image, covered);
    uint32_t repeated = computed;
    if (udp[UDP_BYTES] == RC_FLUSH) {
        // Linux rxe covers a FLUSH twice, because its table of opcodes (rxe_opcode.c) lacks where the payload starts.
        const size_t packet = whole - header - UDP_BYTES - CRC_BYTES;
        memcpy(image + covered, udp + UDP_BYTES, packet);
        repeated = crc(image, covered + packet);
    }
    const uint8_t *sent = ip + whole - CRC_BYTES;
    const uint32_t found = sent[0] | (uint32_t) sent[1] << 8 | (uint32_t) sent[2] << 16 | (uint32_t) sent[3] << 24;
    if (computed == found || repeated == found) {
        right++;
    } else if (wrong++ < MOST_SHOWN) {
        printf("%s: packet %lu, opcode 0x%02x, %zu bytes: ICRC 0x%08x, computed 0x%08x\n", file, number,
            udp[UDP_BYTES], whole, found, computed);
    }
}

static void take(const uint8_t *ip, size_t captured, const char *file, unsigned long number) {
    if (captured >= 20 && ip[0] >> 4 == 4 && ip[9] == 17 && (read16(ip + 6) & 0x3FFF) == 0) {
        const size_t header = (size_t) (ip[0] & 0x0F) * 4;
        if (captured >= header + UDP_BYTES) {
            check(ip, captured, header, read16(ip + 2), file, number);
            return;
        }
    } else if (captured >= 40 + UDP_BYTES && ip[0] >> 4 == 6 && ip[6] == 17) {
        check(ip, captured, 40, 40 + read16(ip + 4), file, number);
        return;
    }
    other++;
}

static long link_bytes(uint32_t type) {
    switch (type) {
        case ETHERNET: return 14;
        case RAW: return 0;
        case COOKED: return 16;
        case COOKED_2: return 20;
        default: return -1;
    }
}

static int read_file(const char *name) {
    static uint8_t packet[LONGEST];
    uint8_t head[24], record[16];
    FILE *file = fopen(name, "rb");
    if (file == NULL || fread(head, sizeof head, 1, file) != 1) {
        fprintf(stderr, "icrc: %s cannot be read\n", name);
        return 0;
    }
    const uint32_t magic = read32(head, 0);
    const int swapped = magic == 0xD4C3B2A1u || magic == 0x4D3CB2A1u;
    const long link = link_bytes(read32(head + 20, swapped) & 0xFFFF);
    if (!swapped && magic != 0xA1B2C3D4u && magic != 0xA1B23C4Du) {
        fprintf(stderr, "icrc: %s is no pcap file; of a pcapng file, make one: tshark -F pcap -r FILE -w FILE\n", name);
        return 0;
    }
    if (link < 0) {
        fprintf(stderr, "icrc: %s is of a kind of link that this program does not know\n", name);
        return 0;
    }
    for (unsigned long number = 1; fread(record, sizeof record, 1, file) == 1; number++) {
        const uint32_t captured = read32(record + 8, swapped);
        if (captured > sizeof packet || fread(packet, 1, captured, file) != captured) {
            break;
        }
        if ((long) captured > link) {
            take(packet + link, captured - (size_t) link, name, number);
        }
    }
    fclose(file);
    return 1;
}

int main(int count, char **arguments) {
    int readable = count > 1;
    fill_table();
    for (int i = 1; i < count; i++) {
        readable &= read_file(arguments[i]);
    }
    printf("ICRC of %lu packets right, of %lu wrong; %lu other packets, %lu captured in part\n", right, wrong, other, cut);
    return readable && wrong == 0 && right > 0 ? 0 : 1;
}
