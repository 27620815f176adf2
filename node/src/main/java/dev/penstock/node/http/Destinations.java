package dev.penstock.node.http;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where webhooks may go, and inputs may come from: a stranger must not have this machine ask within
 * its own networks. A name is judged by all its addresses, and who connects takes the address that
 * was judged, as the next answer for the name may be another.
 *
 * @see <a href="https://www.iana.org/assignments/iana-ipv4-special-registry">special addresses</a>
 */
public final class Destinations {
  /** The addresses of a host. */
  @FunctionalInterface
  public interface Names {
    InetAddress[] of(String host) throws UnknownHostException;
  }

  /** What is to be said of a URL. */
  public sealed interface Verdict {
    /** It may be told, at this address. */
    record Allowed(InetAddress address) implements Verdict {}

    /** It may not, whatever is tried. */
    record Refused(String why) implements Verdict {}

    /** Its name has no address, now. */
    record Unknown(String why) implements Verdict {}
  }

  private static final int BITS = 8;
  private static final int BYTES_4 = 4;

  /** What the C library takes for an address: fewer parts than four, octal, hexadecimal. */
  private static final Pattern NUMBERS =
      Pattern.compile("(0[xX][0-9a-fA-F]*|[0-9]+)(\\.(0[xX][0-9a-fA-F]*|[0-9]+))*\\.?");

  /** What everybody takes for the same one. */
  private static final Pattern PLAIN =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");

  private static final int MOST_PORTS = 65_535;

  /** A block of addresses: its first bytes, and how many bits of them count. */
  private record Block(List<Integer> bytes, int bits) {
    static Block of(int bits, Integer... bytes) {
      return new Block(List.of(bytes), bits);
    }

    boolean holds(byte[] address) {
      for (int bit = 0; bit < bits; bit++) {
        int at = bit / BITS;
        int mask = 0x80 >> (bit % BITS);
        int wanted = at < bytes.size() ? bytes.get(at) : 0;
        if ((address[at] & mask) != (wanted & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  private static final List<Block> NOT_PUBLIC_4 =
      List.of(
          Block.of(8, 0),
          Block.of(8, 10),
          Block.of(10, 100, 64),
          Block.of(8, 127),
          Block.of(16, 169, 254),
          Block.of(12, 172, 16),
          Block.of(24, 192, 0, 0),
          Block.of(24, 192, 0, 2),
          Block.of(24, 192, 88, 99),
          Block.of(16, 192, 168),
          Block.of(15, 198, 18),
          Block.of(24, 198, 51, 100),
          Block.of(24, 203, 0, 113),
          Block.of(4, 224),
          Block.of(4, 240));
  private static final Block PUBLIC_6 = Block.of(3, 0x20);
  private static final List<Block> NOT_PUBLIC_6 =
      List.of(
          Block.of(23, 0x20, 0x01, 0x00),
          Block.of(32, 0x20, 0x01, 0x0D, 0xB8),
          Block.of(20, 0x3F, 0xFF, 0x00));
  private static final Block NAT64 = Block.of(96, 0, 0x64, 0xFF, 0x9B);
  private static final Block SIX_TO_FOUR = Block.of(16, 0x20, 0x02);

  private final List<String> hosts;
  private final boolean privateAddresses;
  private final Names names;

  /**
   * @param hosts that are allowed by name
   * @param privateAddresses whether all addresses are
   */
  public Destinations(List<String> hosts, boolean privateAddresses, Names names) {
    this.hosts = hosts.stream().map(Destinations::bare).toList();
    this.privateAddresses = privateAddresses;
    this.names = names;
  }

  /** What is to be said of a URL. Looks its name up. */
  public Verdict verdict(URI url) {
    String scheme = Optional.ofNullable(url.getScheme()).orElse("").toLowerCase(Locale.ROOT);
    String host = url.getHost();
    if (!(scheme.equals("http") || scheme.equals("https")) || host == null) {
      return new Verdict.Refused("it is no http or https URL");
    }
    if (url.getPort() == 0 || url.getPort() > MOST_PORTS) {
      return new Verdict.Refused(url.getPort() + " is no port");
    }
    if (url.getRawUserInfo() != null) {
      return new Verdict.Refused("it holds a user or password");
    }
    return verdict(host);
  }

  /** The same of a host alone. */
  Verdict verdict(String host) {
    if (NUMBERS.matcher(host).matches() && !PLAIN.matcher(host).matches()) {
      return new Verdict.Refused(host + " can be read as one address or another");
    }
    InetAddress[] addresses;
    try {
      addresses = names.of(bare(host));
    } catch (UnknownHostException _) {
      return new Verdict.Unknown(host + " has no address");
    } catch (IllegalArgumentException _) {
      return new Verdict.Refused(host + " can be read as one address or another");
    }
    if (!privateAddresses && !hosts.contains(bare(host))) {
      Optional<InetAddress> bad =
          Arrays.stream(addresses).filter(each -> !isPublic(each.getAddress())).findFirst();
      if (bad.isPresent()) {
        return new Verdict.Refused(
            host
                + " is "
                + bad.get().getHostAddress()
                + ", an address of this machine or of a network of its own");
      }
    }
    return addresses.length == 0
        ? new Verdict.Unknown(host + " has no address")
        : new Verdict.Allowed(addresses[0]);
  }

  /** In lower case, without the brackets of IPv6 and the dot at the end. */
  private static String bare(String host) {
    return host.toLowerCase(Locale.ROOT).replaceAll("^\\[|\\]$|\\.$", "");
  }

  /** Addresses that carry one of IPv4 are judged by that. */
  private static boolean isPublic(byte[] address) {
    if (address.length == BYTES_4) {
      return NOT_PUBLIC_4.stream().noneMatch(block -> block.holds(address));
    }
    if (NAT64.holds(address)) {
      return isPublic(Arrays.copyOfRange(address, 12, 16));
    }
    if (SIX_TO_FOUR.holds(address)) {
      return isPublic(Arrays.copyOfRange(address, 2, 6));
    }
    return PUBLIC_6.holds(address)
        && NOT_PUBLIC_6.stream().noneMatch(block -> block.holds(address));
  }
}
