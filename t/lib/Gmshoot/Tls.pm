# TLS for a test's client: a socket whose other end is openssl's own client.
package Gmshoot::Tls;

use strict;
use warnings;

use Socket;

my %child;

# A certificate and its key for this name, in files beside one another; also
# for another name, as "IP:127.0.0.1".
sub certificate {
    my ($dir, $name, $other) = @_;

    my @made = ("$dir/range.pem", "$dir/range.key");
    system("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 "
         . "-nodes -days 2 -subj /CN=$name -out $made[0] -keyout $made[1] "
         . ($other ? "-addext subjectAltName=$other " : '')
         . '2> /dev/null') == 0
        or die 'openssl makes no certificate';
    return @made;
}

# Connects; protocol: "h2" or "http/1.1".
sub dial {
    my ($port, $protocol) = @_;

    socketpair(my $here, my $there, AF_UNIX, SOCK_STREAM, PF_UNSPEC)
        or die "socketpair: $!";
    my $pid = fork();
    die "fork: $!" if !defined $pid;
    if (!$pid) {
        close($here);
        open(STDIN, '<&', $there) or die $!;
        open(STDOUT, '>&', $there) or die $!;
        open(STDERR, '>', '/dev/null') or die $!;
        exec('openssl', 's_client', '-quiet', '-alpn', $protocol, '-connect',
             "127.0.0.1:$port", '-servername', 'range.example') or die $!;
    }
    close($there);
    $child{$pid} = 1;
    return $here;
}

END {
    local $?;
    for my $pid (keys %child) {
        kill('TERM', $pid);
        waitpid($pid, 0);
    }
}

1;
