package org.p2pvpn.overlay.names;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.dns.DefaultDnsPtrRecord;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsMessage;
import io.netty.handler.codec.dns.DnsOpCode;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What is answered to a question, as a function of the table. */
final class NameAnswers {
  /** Ours: a node's address is its key and stays; the name may go to another. Seconds. */
  static final long TTL_SECONDS = 60;

  /** Ours: who is not known yet may be in a moment. */
  static final int NEGATIVE_TTL_SECONDS = 5;

  private static final String ZONE = NameTable.SUFFIX + ".";

  private NameAnswers() {}

  /** A name as DNS compares it: lower case, no dot at the end. */
  private static String plain(DnsQuestion question) {
    String name = question.name().toLowerCase(Locale.ROOT);
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  /** The only question of a plain query, or null for what nobody asks a resolver. */
  static @Nullable DnsQuestion question(DnsMessage query) {
    boolean one = query.count(DnsSection.QUESTION) == 1 && query.opCode().equals(DnsOpCode.QUERY);
    return one ? query.recordAt(DnsSection.QUESTION) : null;
  }

  /** Whether nobody else can answer it: such a question is never handed on. */
  static boolean isOurs(DnsQuestion question) {
    String name = plain(question);
    if (name.equals(NameTable.SUFFIX) || name.endsWith("." + NameTable.SUFFIX)) {
      return true;
    }
    InetAddress address = ReverseName.read(name);
    if (address == null) {
      return false;
    }
    int first = address.getAddress()[0] & 0xff;
    return address instanceof Inet4Address
        ? first >= 240 && first < 248
        : first == 0xfd && address.getAddress()[1] == 0x70;
  }

  /** Fills in the answer to a question that is ours. */
  static void answer(DnsQuestion question, NameTable table, DnsResponse response) {
    response.setAuthoritativeAnswer(true);
    response.addRecord(DnsSection.QUESTION, question);
    String name = plain(question);
    InetAddress address = ReverseName.read(name);
    boolean exists;
    if (address != null) {
      String owner = table.nameOf(address);
      exists = owner != null;
      if (owner != null && asks(question, DnsRecordType.PTR)) {
        response.addRecord(
            DnsSection.ANSWER,
            new DefaultDnsPtrRecord(
                question.name(), DnsRecord.CLASS_IN, TTL_SECONDS, owner + "." + ZONE));
      }
    } else {
      exists = name.equals(NameTable.SUFFIX) || addForward(question, name, table, response);
    }
    if (!exists) {
      response.setCode(DnsResponseCode.NXDOMAIN);
    }
    if (response.count(DnsSection.ANSWER) == 0) {
      response.addRecord(DnsSection.AUTHORITY, authority());
    }
  }

  private static boolean addForward(
      DnsQuestion question, String name, NameTable table, DnsResponse response) {
    String label = name.substring(0, name.length() - NameTable.SUFFIX.length() - 1);
    NameTable.Entry entry = table.find(label);
    if (entry == null) {
      return false;
    }
    if (asks(question, DnsRecordType.AAAA)) {
      addAddress(response, question, DnsRecordType.AAAA, entry.ipv6());
    }
    Inet4Address ipv4 = entry.ipv4();
    if (ipv4 != null && asks(question, DnsRecordType.A)) {
      addAddress(response, question, DnsRecordType.A, ipv4);
    }
    return true;
  }

  private static boolean asks(DnsQuestion question, DnsRecordType type) {
    return question.type().equals(type) || question.type().equals(DnsRecordType.ANY);
  }

  private static void addAddress(
      DnsResponse response, DnsQuestion question, DnsRecordType type, InetAddress address) {
    response.addRecord(
        DnsSection.ANSWER,
        new DefaultDnsRawRecord(
            question.name(), type, TTL_SECONDS, Unpooled.wrappedBuffer(address.getAddress())));
  }

  /** Says how long a "no" holds (RFC 2308). */
  private static DnsRecord authority() {
    ByteBuf content = Unpooled.buffer();
    writeName(content, NameTable.SUFFIX);
    writeName(content, "nobody." + NameTable.SUFFIX);
    content.writeInt(1).writeInt(3600).writeInt(600).writeInt(86_400);
    content.writeInt(NEGATIVE_TTL_SECONDS);
    return new DefaultDnsRawRecord(ZONE, DnsRecordType.SOA, NEGATIVE_TTL_SECONDS, content);
  }

  private static void writeName(ByteBuf out, String name) {
    for (String label : name.split("\\.", -1)) {
      out.writeByte(label.length());
      out.writeCharSequence(label, StandardCharsets.US_ASCII);
    }
    out.writeByte(0);
  }
}
