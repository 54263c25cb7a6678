package org.p2pvpn.overlay.transport;

import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.RawUnixChannelOption;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Tells the kernel which of several sockets on one port gets a datagram: the one whose number
 * stands in the low bits of the receiver index. So an epoch's messages reach one event loop however
 * its peer roams, and its replay window needs no lock.
 *
 * <p>Handshake messages have other random bits there and go anywhere. Datagrams too short for the
 * load go to socket 0, as the kernel has it for a program that reads past the end.
 */
public final class ShardSteering {
  // include/uapi/asm-generic/socket.h and linux/filter.h
  private static final int SOL_SOCKET = 1;
  private static final int SO_ATTACH_REUSEPORT_CBPF = 51;
  private static final short LOAD_WORD = 0x20;
  private static final short AND_CONSTANT = 0x54;
  private static final short RETURN_ACCUMULATOR = 0x16;
  private static final int INSTRUCTIONS = 3;
  private static final int INSTRUCTION_BYTES = 8;

  /** struct sock_fprog on 64-bit Linux: length, padding, pointer. */
  private static final int PROGRAM_BYTES = 16;

  /** Where the receiver index stands in a data message. */
  private static final int RECEIVER_INDEX_AT = 4;

  private ShardSteering() {}

  /**
   * For all sockets that share the port of {@code first}, in the order they were bound.
   *
   * @param sockets a power of two
   */
  public static void attach(UdpTransport first, int sockets) {
    ByteBuffer code =
        ByteBuffer.allocateDirect(INSTRUCTIONS * INSTRUCTION_BYTES).order(ByteOrder.nativeOrder());
    instruction(code, LOAD_WORD, RECEIVER_INDEX_AT);
    instruction(code, AND_CONSTANT, sockets - 1);
    instruction(code, RETURN_ACCUMULATOR, 0);
    ByteBuffer program =
        ByteBuffer.allocate(PROGRAM_BYTES)
            .order(ByteOrder.nativeOrder())
            .putShort(0, (short) INSTRUCTIONS)
            .putLong(8, Buffer.memoryAddress(code));
    try {
      first.set(
          new RawUnixChannelOption(
              "SO_ATTACH_REUSEPORT_CBPF", SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, PROGRAM_BYTES),
          program);
    } finally {
      // The kernel has copied it by now; until here it must not be collected.
      Reference.reachabilityFence(code);
    }
  }

  private static void instruction(ByteBuffer code, short operation, int constant) {
    code.putShort(operation).put((byte) 0).put((byte) 0).putInt(constant);
  }
}
