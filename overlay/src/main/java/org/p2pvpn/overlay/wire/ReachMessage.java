package org.p2pvpn.overlay.wire;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.p2pvpn.overlay.identity.NodeId;

/**
 * The control messages by which nodes get through NATs, types 28 to 33. Built and read as {@link
 * ControlMessage}.
 *
 * <p>An endpoint is: family 1 (4 or 6) | address 4 or 16 | port 2. A list of them has a count of
 * one byte before it.
 */
public sealed interface ReachMessage {
  /** Ours: what the peer between sees, what others saw, and some addresses of a host. */
  int ENDPOINTS_MAX = 8;

  /** 28: where I see you. */
  record Observed(InetSocketAddress you) implements ReachMessage {}

  /**
   * 29: bring me together with that node; I may be called at these places, too.
   *
   * @param nonce comes back with the answer
   */
  record Introduce(long nonce, NodeId with, List<InetSocketAddress> at) implements ReachMessage {
    public Introduce {
      at = atMost(at);
    }
  }

  /**
   * 30: that node wants to meet you there. Both begin to call at one moment, which is when the
   * asker has the answer to this.
   *
   * @param waitMicros from the answer to the first call
   */
  record Meet(long nonce, NodeId with, int waitMicros, List<InetSocketAddress> at)
      implements ReachMessage {
    public Meet {
      at = atMost(at);
    }
  }

  /** 31: the answer: I shall call, and may be called at these places, too. */
  record Met(long nonce, List<InetSocketAddress> at) implements ReachMessage {
    public Met {
      at = atMost(at);
    }
  }

  /**
   * 32: it waits for you there.
   *
   * @param distanceMicros the round trip from the one between to the other one
   */
  record Introduced(long nonce, int distanceMicros, List<InetSocketAddress> at)
      implements ReachMessage {
    public Introduced {
      at = atMost(at);
    }
  }

  /** 33: it does not, and why. */
  record NotIntroduced(long nonce, Reason reason) implements ReachMessage {}

  /** Why two nodes were not brought together. */
  enum Reason {
    OTHER(0, "for a reason that this version does not know"),
    NOT_HERE(1, "has no session with it"),
    TOO_FAST(2, "is asked too often"),
    UNWILLING(3, "says that the other one does not know this node, or will not meet it");

    private final int number;
    private final String meaning;

    Reason(int number, String meaning) {
      this.number = number;
      this.meaning = meaning;
    }

    /** What the one between does or says: a verb first. */
    public String meaning() {
      return meaning;
    }

    byte wireByte() {
      return (byte) number;
    }

    static Reason ofWireByte(byte number) {
      for (Reason reason : values()) {
        if (reason.number == number) {
          return reason;
        }
      }
      return OTHER;
    }
  }

  private static List<InetSocketAddress> atMost(List<InetSocketAddress> endpoints) {
    return List.copyOf(endpoints.subList(0, Math.min(ENDPOINTS_MAX, endpoints.size())));
  }

  /** Type byte and fields. */
  default void putTo(ByteBuffer out) {
    switch (this) {
      case Observed(InetSocketAddress you) -> putEndpoint(out.put((byte) 28), you);
      case Introduce(long nonce, NodeId with, var at) ->
          putEndpoints(out.put((byte) 29).putLong(nonce).put(with.toBytes()), at);
      case Meet(long nonce, NodeId with, int wait, var at) ->
          putEndpoints(out.put((byte) 30).putLong(nonce).put(with.toBytes()).putInt(wait), at);
      case Met(long nonce, var at) -> putEndpoints(out.put((byte) 31).putLong(nonce), at);
      case Introduced(long nonce, int distance, var at) ->
          putEndpoints(out.put((byte) 32).putLong(nonce).putInt(distance), at);
      case NotIntroduced(long nonce, Reason reason) ->
          out.put((byte) 33).putLong(nonce).put(reason.wireByte());
    }
  }

  /** Reads what follows the type byte; null for what is none of these. */
  static @Nullable ReachMessage read(int type, ByteBuffer in) {
    return switch (type) {
      case 28 -> readObserved(in);
      case 33 ->
          in.remaining() >= 9 ? new NotIntroduced(in.getLong(), Reason.ofWireByte(in.get())) : null;
      default -> readIntroduction(type, in);
    };
  }

  private static @Nullable ReachMessage readObserved(ByteBuffer in) {
    InetSocketAddress you = endpoint(in);
    return you == null ? null : new Observed(you);
  }

  private static @Nullable ReachMessage readIntroduction(int type, ByteBuffer in) {
    boolean named = type == 29 || type == 30;
    boolean timed = type == 30 || type == 32;
    int head = 8 + (named ? NodeId.BYTES : 0) + (timed ? 4 : 0);
    if (type < 29 || type > 32 || in.remaining() < head + 1) {
      return null;
    }
    long nonce = in.getLong();
    byte[] id = new byte[NodeId.BYTES];
    if (named) {
      in.get(id);
    }
    int micros = timed ? in.getInt() : 0;
    List<InetSocketAddress> at = endpoints(in);
    if (at == null || micros < 0) {
      return null;
    }
    return switch (type) {
      case 29 -> new Introduce(nonce, NodeId.ofBytes(id), at);
      case 30 -> new Meet(nonce, NodeId.ofBytes(id), micros, at);
      case 31 -> new Met(nonce, at);
      default -> new Introduced(nonce, micros, at);
    };
  }

  private static void putEndpoints(ByteBuffer out, List<InetSocketAddress> endpoints) {
    out.put((byte) endpoints.size());
    endpoints.forEach(endpoint -> putEndpoint(out, endpoint));
  }

  private static void putEndpoint(ByteBuffer out, InetSocketAddress endpoint) {
    byte[] address = endpoint.getAddress().getAddress();
    out.put((byte) (address.length == 4 ? 4 : 6)).put(address).putShort((short) endpoint.getPort());
  }

  private static @Nullable List<InetSocketAddress> endpoints(ByteBuffer in) {
    int count = Byte.toUnsignedInt(in.get());
    if (count > ENDPOINTS_MAX) {
      return null;
    }
    List<InetSocketAddress> endpoints = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      InetSocketAddress endpoint = endpoint(in);
      if (endpoint == null) {
        return null;
      }
      endpoints.add(endpoint);
    }
    return endpoints;
  }

  private static @Nullable InetSocketAddress endpoint(ByteBuffer in) {
    if (in.remaining() < 7) {
      return null;
    }
    int family = in.get();
    byte[] address = new byte[family == 4 ? 4 : 16];
    if ((family != 4 && family != 6) || in.remaining() < address.length + 2) {
      return null;
    }
    in.get(address);
    int port = Short.toUnsignedInt(in.getShort());
    try {
      return port == 0 ? null : new InetSocketAddress(InetAddress.getByAddress(address), port);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 and 16 bytes are addresses", e);
    }
  }
}
