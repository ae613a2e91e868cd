# What benches of servers have in common: children that answer lines, an nginx
# in a folder of its own, what a process has cost, medians and their interval.
package Rig;

use strict;
use warnings;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);
use IO::Handle;
use IO::Select;
use IO::Socket::INET;
use Time::HiRes qw(time sleep);

our @EXPORT_OK = qw(child say_to answer leave nginx gmshoot free_port cpu_ns anonymous
                    median interval thousands);

our $repo  = abs_path(dirname(__FILE__) . '/..');
our $build = $ENV{GMS_BUILD} || "$repo/build";

# With as many open files as it may have.
my @unlimited = ('/bin/sh', '-c', 'ulimit -n "$(ulimit -H -n)"; exec "$@"',
                 'sh');

# Whatever happens, what was started is not left behind.
my %started;
my $own = $$;
$SIG{$_} = sub { exit 1 } for qw(INT TERM HUP);

END {
    if ($$ == $own) {
        local $?;
        leave($_) for values %started;
    }
}

# --- children

# A program that reads lines and writes lines; it ends with its stdin.
sub child {
    my (@command) = @_;

    pipe(my $in, my $to) or die "pipe: $!";
    pipe(my $from, my $out) or die "pipe: $!";

    my $pid = fork();
    die "fork: $!" if !defined $pid;
    if (!$pid) {
        open(STDIN, '<&', $in) or die $!;
        open(STDOUT, '>&', $out) or die $!;
        close($_) for $to, $from;
        exec(@unlimited, @command) or die "$command[0]: $!";
    }

    close($_) for $in, $out;
    $to->autoflush(1);
    return $started{$pid} = { pid => $pid, to => $to, from => $from,
                              text => '', name => $command[0] };
}

sub say_to {
    my ($child, $line) = @_;

    local $SIG{PIPE} = 'IGNORE';
    print { $child->{to} } "$line\n";
    return;
}

# The next line that matches; dies when it does not come.
sub answer {
    my ($child, $what, $seconds) = @_;

    my $until = time + ($seconds || 10);

    while (1) {
        while ($child->{text} =~ s/^([^\n]*)\n//) {
            my $line = $1;
            return $line if $line =~ $what;
        }
        my $left = $until - time;
        die "$child->{name} does not say $what\n"
            if $left <= 0 || !IO::Select->new($child->{from})->can_read($left);
        sysread($child->{from}, $child->{text}, 65536, length $child->{text})
            or die "$child->{name} has died\n";
    }
}

sub leave {
    my ($child) = @_;

    my $pid = delete $child->{pid} or return;
    delete $started{$pid};
    close(delete $child->{to}) if $child->{to};
    kill('TERM', $pid) if $child->{conf};
    waitpid($pid, 0);
    return;
}

# --- nginx

sub free_port {
    return IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1')
        ->sockport;
}

# Runs until it is told to leave; its workers are {workers}.
sub nginx {
    my ($dir, %arg) = @_;

    my $port = free_port();
    my $user = $> == 0 ? 'user root;' : '';
    my $listen = $arg{workers} > 1 ? 'reuseport' : '';
    my $temp = join('', map { "${_}_temp_path $dir/$_;\n" }
                    qw(client_body proxy fastcgi uwsgi scgi));

    mkdir $dir;
    open(my $fh, '>', "$dir/nginx.conf") or die "$dir: $!";
    print {$fh} <<"CONF";
load_module $arg{module};
$user
daemon off;
worker_processes $arg{workers};
pid $dir/nginx.pid;
error_log $dir/error.log warn;
events { worker_connections $arg{connections}; }
http {
access_log off;
$temp
$arg{http}
server {
listen 127.0.0.1:$port backlog=4096 $listen;
$arg{server}
}
}
CONF
    close($fh) or die "$dir: $!";

    my $pid = fork();
    die "fork: $!" if !defined $pid;
    if (!$pid) {
        open(STDOUT, '>', "$dir/out") or die $!;
        open(STDERR, '>&', \*STDOUT) or die $!;
        exec(@unlimited, 'nginx', '-p', $dir, '-c',
              "$dir/nginx.conf", '-e', "$dir/error.log")
            or die "nginx: $!";
    }

    my $self = { pid => $pid, port => $port, conf => "$dir/nginx.conf",
                 name => 'nginx' };
    $started{$pid} = $self;
    for my $try (1 .. 500) {
        my @workers = split(' ', slurp("/proc/$pid/task/$pid/children"));
        $self->{workers} = \@workers;
        return $self if @workers == $arg{workers}
            && IO::Socket::INET->new(PeerAddr => "127.0.0.1:$port");
        sleep(0.02);
    }
    die 'nginx does not start: ' . slurp("$dir/out")
        . slurp("$dir/error.log");
}

# With the module and one lane, which the {publisher} fills.
sub gmshoot {
    my ($dir, $workers, $connections) = @_;

    mkdir $dir;
    my $fake = child("$build/t/lib/fake_worker", "$dir/link.sock");
    answer($fake, qr/^listening/);
    say_to($fake, $_) for 'lane lane1 aa', 'burst lane1 1 1 50';
    my $nginx = nginx($dir, workers => $workers,
        connections => $connections,
        module => $ENV{GMS_MODULE} || "$build/ngx_http_gmshoot_module.so",
        http => "gmshoot_link $dir/link.sock;",
        server => 'location /api/ { gmshoot_api; }');
    answer($fake, qr/^hello/) for 1 .. $workers;
    return { port => $nginx->{port}, pids => $nginx->{workers},
             publisher => $fake, parts => [$nginx, $fake] };
}

# --- what it cost

sub slurp {
    my ($name) = @_;

    open(my $fh, '<', $name) or return '';
    local $/ = undef;
    return scalar <$fh>;
}

sub cpu_ns {
    my ($sum) = (0);

    for my $pid (@_) {
        my ($ns) = split(' ', slurp("/proc/$pid/schedstat"));
        $sum += $ns || 0;
    }
    return $sum;
}

# Bytes of memory that are the processes' own.
sub anonymous {
    my ($sum) = (0);

    for my $pid (@_) {
        my ($kb) = slurp("/proc/$pid/smaps_rollup") =~ /^Anonymous:\s+(\d+)/m;
        $sum += 1024 * ($kb || 0);
    }
    return $sum;
}

# --- figures

sub median {
    my @v = sort { $a <=> $b } @_;

    return 0 if !@v;
    return @v % 2 ? $v[$#v / 2] : ($v[@v / 2 - 1] + $v[@v / 2]) / 2;
}

# Between which of the values, counted from both ends, the median lies with at
# least 90 %, whatever they are distributed like; of fewer than five, all.
sub interval {
    my @v = sort { $a <=> $b } @_;
    my ($rank, $tail, $term) = (0, 0, 0.5**@v);

    return (0, 0) if !@v;
    for my $k (0 .. $#v) {
        $tail += $term;
        last if $tail > 0.05;
        $rank = $k;
        $term *= (@v - $k) / ($k + 1);
    }
    return ($v[$rank], $v[-1 - $rank]);
}

sub thousands {
    my ($n) = @_;

    $n = sprintf('%.0f', $n);
    1 while $n =~ s/^(\d+)(\d{3})/$1,$2/;
    return $n;
}

1;
