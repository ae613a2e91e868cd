#!/usr/bin/perl
# What an audience costs: gmshoot's module, nchan and a bare server, one after
# the other in every round, each with all its clients connected the whole time.
# See docs/fanout.md for what the figures mean.
use strict;
use warnings;

use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Getopt::Long qw(GetOptions);
use JSON::PP;
use List::Util qw(max min);
use Time::HiRes qw(sleep);

use lib dirname(__FILE__);
use Rig qw(child say_to answer leave gmshoot nginx cpu_ns anonymous median interval
           thousands);

# Deliveries a second that no server keeps up with, and how many are asked for.
use constant { FLOOD => 300_000, FLOODED => 150_000 };

use constant EVENT_BYTES => 300;

my $usage = <<'HELP';
fanout.pl: one event to many clients, beside nchan and a bare server

  --quick          a minute: 3 rounds, 1 worker, 1, 100 and 1,000 clients
  --rounds N       of all servers in turn (9)
  --workers N,..   processes of each server (1,2)
  --clients N,..   (1,100,1000,5000,10000)
  --rates N,..     events a second (1,10,50); max: more than can be delivered
  --seconds S      of a round at one rate (2; at least 4 events)
  --servers A,..   gmshoot,nchan,floor
  --json FILE      all figures of all rounds
HELP

my %set = (rounds => 9, workers => '1,2', clients => '1,100,1000,5000,10000',
           rates => '1,10,50,max', seconds => 2,
           servers => 'gmshoot,nchan,floor');
@set{qw(rounds workers clients rates seconds)}
    = (3, '1', '1,100,1000', '50,max', 1) if grep { $_ eq '--quick' } @ARGV;
GetOptions(\%set, 'quick', 'rounds=i', 'workers=s', 'clients=s', 'rates=s',
           'seconds=f', 'servers=s', 'json=s', 'help')
    or die $usage;
if ($set{help}) {
    print $usage;
    exit 0;
}

my $dir = tempdir('fanout-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $tools = "$Rig::build/bench";
my $json = JSON::PP->new->canonical->pretty;
my $wrong = 0;
my $heading = '';
local $| = 1;

# --- servers: where clients go, who publishes, which processes are measured

sub start_gmshoot {
    my ($workers, $clients) = @_;

    return { path => '/api/lanes/lane1/events', publish => 'publish lane1',
             %{ gmshoot("$dir/gmshoot", $workers, 2 * $clients + 64) } };
}

sub start_nchan {
    my ($workers, $clients) = @_;

    my $nginx = nginx("$dir/nchan", workers => $workers,
        connections => 2 * $clients + 64,
        module => '/usr/lib/nginx/modules/ngx_nchan_module.so',
        http => 'nchan_shared_memory_size 256m;', server => <<'CONF');
keepalive_requests 1000000;
location = /publish { nchan_publisher; nchan_channel_id lane1; }
location = /events { nchan_subscriber eventsource; nchan_channel_id lane1;
                     nchan_subscriber_first_message newest; }
CONF
    my $poster = child("$tools/poster", $nginx->{port}, '/publish');
    return { path => '/events', port => $nginx->{port},
             publisher => $poster, publish => 'publish',
             pids => $nginx->{workers}, parts => [$poster, $nginx] };
}

sub start_floor {
    my ($workers, $clients) = @_;

    my $port = Rig::free_port();
    my $floor = child("$tools/floor", $port, $workers);
    my (@pids) = answer($floor, qr/^processes/) =~ /(\d+)/g;
    return { path => '/', port => $port, publisher => $floor,
             publish => 'publish', pids => \@pids, parts => [$floor] };
}

my %start = (gmshoot => \&start_gmshoot, nchan => \&start_nchan,
             floor => \&start_floor);

sub attract {
    my ($server, $clients) = @_;

    # the first client pays for what is made once
    my $first = child("$tools/audience", $server->{port}, $server->{path}, 1);
    answer($first, qr/^open/, 10);
    leave($first);
    sleep(0.2);

    my $before = anonymous(@{ $server->{pids} });
    $server->{audience} = child("$tools/audience", $server->{port},
                                $server->{path}, $clients);
    answer($server->{audience}, qr/^open/, 60);
    sleep(0.1);
    $server->{memory} = (anonymous(@{ $server->{pids} }) - $before) / $clients;
    $server->{seq} = 2;
    return;
}

# --- one round of one server

sub events_of {
    my ($rate, $clients) = @_;

    my $most = int(FLOODED / $clients);
    return ($most, int(1e6 * $clients / FLOOD)) if $rate eq 'max';

    my $n = max(4, int($rate * $set{seconds}));
    return (min($n, $most), int(1e6 / $rate));
}

sub measure {
    my ($server, $rate, $clients) = @_;

    my ($n, $us) = events_of($rate, $clients);
    my $ms = int($n * $us / 1000) + 15000;
    my $audience = $server->{audience};

    say_to($audience, "expect $n $ms");
    answer($audience, qr/^ready/, 20);
    my $cpu = cpu_ns(@{ $server->{pids} });

    say_to($server->{publisher},
         "$server->{publish} $server->{seq} $n $us " . EVENT_BYTES);
    my $got = decode_json(answer($audience, qr/^\{/, $ms / 1000 + 20));
    my ($took, $woke) = answer($server->{publisher}, qr/^published/, 60)
        =~ /^published (?:lane1 )?(\d+) \d+ \d+(?: (\d+))?/;
    $server->{seq} += $n;

    $cpu = cpu_ns(@{ $server->{pids} }) - $cpu;
    my $deliveries = $got->{deliveries} || 1;
    $got->{cpu_us} = $cpu / 1000 / $deliveries;
    $got->{per_second} = 1e6 * $deliveries / ($got->{span_us} || 1);
    $got->{publisher_us} = $took / 1000;
    $got->{wake_us} = $woke / 1000 if defined $woke;
    return $got;
}

# --- all rounds of one number of workers and clients

sub compare {
    my ($workers, $clients) = @_;

    my @names = split(/,/, $set{servers});
    my %server;
    for my $name (@names) {
        $server{$name} = $start{$name}->($workers, $clients);
        attract($server{$name}, $clients);
    }

    my @rows;
    for my $rate (split(/,/, $set{rates})) {
        # a flood needs many, or it is one event after the other
        next if $rate eq 'max' && $clients < 1000;
        my %rounds;
        for my $round (1 .. $set{rounds}) {
            for my $name (@names) {
                push @{ $rounds{$name} },
                    measure($server{$name}, $rate, $clients);
            }
            push @names, shift @names;
        }
        push @rows, { workers => $workers, clients => $clients,
                      rate => $rate, rounds => \%rounds,
                      memory => { map { $_ => $server{$_}{memory} } @names } };
        show($rows[-1]);
    }

    for my $s (values %server) {
        leave($_) for $s->{audience}, @{ $s->{parts} };
    }
    return @rows;
}

# --- what is printed

sub column {
    my ($rounds, $key) = @_;
    return map { $_->{$key} } @{$rounds};
}

# Of every round of one server the share of what the floor needed in it.
sub ratios {
    my ($row, $name, $key) = @_;

    my @floor = column($row->{rounds}{floor}, $key);
    my @own = column($row->{rounds}{$name}, $key);
    return map { $floor[$_] ? $own[$_] / $floor[$_] : 0 } 0 .. $#own;
}

sub show_heading {
    my ($row) = @_;

    my $is = sprintf('%d worker%s, %s client%s', $row->{workers},
                     $row->{workers} > 1 ? 's' : '',
                     thousands($row->{clients}),
                     $row->{clients} > 1 ? 's' : '');
    return if $is eq $heading;
    $heading = $is;
    printf "\n%s\n%6s %-8s %9s %9s %9s %9s %7s %18s %8s %8s %8s %s\n", $is,
        'rate', 'server', 'p50 ms', 'p99 ms', 'last p50', 'last p99',
        'CPU us', 'x floor (90 %)', 'per s', 'kB each', 'publ. us',
        'lost doubled reordered';
    return;
}

sub show {
    my ($row) = @_;

    show_heading($row);
    for my $name (split(/,/, $set{servers})) {
        my $rounds = $row->{rounds}{$name};
        my %middle = map { my $key = $_; $key => median(column($rounds, $key)) }
            qw(p50_us p99_us last_p50_us last_p99_us cpu_us per_second
               publisher_us);
        my %sum;
        for my $key (qw(lost doubled reordered odd)) {
            $sum{$key} += $_ for column($rounds, $key);
        }
        my $beside = '';
        if ($row->{rounds}{floor} && $name ne 'floor') {
            my @x = ratios($row, $name, 'cpu_us');
            $beside = sprintf('%.2f (%.2f-%.2f)', median(@x), interval(@x));
        }
        printf "%6s %-8s %9.2f %9.2f %9.2f %9.2f %7.2f %18s %8s %8.1f %8.1f"
            . " %s %s %s\n",
            $row->{rate}, $name,
            (map { $middle{"${_}_us"} / 1000 } qw(p50 p99 last_p50 last_p99)),
            $middle{cpu_us}, $beside,
            thousands($middle{per_second}),
            $row->{memory}{$name} / 1000, $middle{publisher_us},
            @sum{qw(lost doubled reordered)};
        $wrong += $_ for $name eq 'gmshoot' ? values %sum : ();
    }
    return;
}

# --- budgets: in which row, what of it, and how much it may be

my @budgets = (
    ['one client, p50 us', 1, 1, 50, 200,
     sub { column($_[0]{rounds}{gmshoot}, 'p50_us') }],
    ['one client, p99 us', 1, 1, 50, 400,
     sub { column($_[0]{rounds}{gmshoot}, 'p99_us') }],
    ['1,000 clients, CPU x floor', 1, 1000, 50, 1.45,
     sub { ratios($_[0], 'gmshoot', 'cpu_us') }],
    ['1,000 clients, p50 x floor', 1, 1000, 50, 1.3,
     sub { ratios($_[0], 'gmshoot', 'p50_us') }],
    ['1,000 clients, p99 x floor', 1, 1000, 50, 1.3,
     sub { ratios($_[0], 'gmshoot', 'p99_us') }],
    ['1,000 clients, kB each', 1, 1000, 50, 10,
     sub { $_[0]{memory}{gmshoot} / 1000 }],
    ['1,000 clients, capacity x floor', 1, 1000, 'max', -0.75,
     sub { ratios($_[0], 'gmshoot', 'per_second') }],
    ['1,000 clients, wake us', 1, 1000, 50, 20,
     sub { column($_[0]{rounds}{gmshoot}, 'wake_us') }],
    ['2 workers, wake us', 2, 1000, 50, 40,
     sub { column($_[0]{rounds}{gmshoot}, 'wake_us') }],
);

sub judge {
    my (@rows) = @_;

    print "\nbudget\n";
    for my $budget (@budgets) {
        my ($what, $workers, $clients, $rate, $bar, $of) = @{$budget};
        my ($row) = grep { $_->{workers} == $workers
            && $_->{clients} == $clients && $_->{rate} eq $rate } @rows;
        next if !$row || !$row->{rounds}{gmshoot}
            || ($what =~ /floor/ && !$row->{rounds}{floor});
        my @v = $of->($row);
        my $is = median(@v);
        printf "%-34s %8.2f (%.2f-%.2f), %s %s: %s\n", $what, $is,
            interval(@v), $bar < 0 ? 'at least' : 'at most', abs $bar,
            ($bar < 0 ? $is >= -$bar : $is <= $bar) ? 'kept' : 'missed';
    }
    return;
}

my @rows;
for my $workers (split(/,/, $set{workers})) {
    for my $clients (split(/,/, $set{clients})) {
        push @rows, compare($workers, $clients);
    }
}
judge(@rows);

if ($set{json}) {
    open(my $fh, '>', $set{json}) or die "$set{json}: $!";
    print {$fh} $json->encode(\@rows);
    close($fh) or die "$set{json}: $!";
}
exit($wrong ? 1 : 0);
